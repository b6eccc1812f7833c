using System.Text.Json.Serialization;

namespace Guardrail.Engine.Decisions;

/// <summary>What is believed of a rollout. Closed. Missing data is never <see cref="Healthy"/> and never <see cref="Regressed"/>.</summary>
[JsonDerivedType(typeof(Healthy), nameof(Healthy))]
[JsonDerivedType(typeof(Regressed), nameof(Regressed))]
[JsonDerivedType(typeof(Undecided), nameof(Undecided))]
[JsonDerivedType(typeof(NoEvidence), nameof(NoEvidence))]
public abstract record Verdict
{
    private Verdict(string reason) => Reason = reason;

    /// <summary>Why, in counts, one or two sentences for people.</summary>
    public string Reason { get; }

    /// <summary>Name of the case, for records and labels: Healthy, Regressed, Undecided or NoEvidence.</summary>
    public string Name => GetType().Name;

    /// <summary>Both revisions were compared long enough, and nothing speaks against the new one.</summary>
    public sealed record Healthy : Verdict
    {
        /// <summary>Makes the verdict.</summary>
        /// <param name="reason">Why, in counts.</param>
        public Healthy(string reason)
            : base(reason)
        {
        }
    }

    /// <summary>The new revision serves its users worse than the old one, or cannot serve at all.</summary>
    public sealed record Regressed : Verdict
    {
        /// <summary>Makes the verdict.</summary>
        /// <param name="reason">Why, in counts.</param>
        /// <param name="signal">The signal that says so most strongly, or <c>lifecycle</c>.</param>
        public Regressed(string reason, string signal)
            : base(reason) => Signal = signal;

        /// <summary>The signal that says so most strongly, or <c>lifecycle</c>.</summary>
        public string Signal { get; }
    }

    /// <summary>There is data, but not enough to tell either way.</summary>
    public sealed record Undecided : Verdict
    {
        /// <summary>Makes the verdict.</summary>
        /// <param name="reason">Why, in counts.</param>
        public Undecided(string reason)
            : base(reason)
        {
        }
    }

    /// <summary>There is no data to compare (blind).</summary>
    public sealed record NoEvidence : Verdict
    {
        /// <summary>Makes the verdict.</summary>
        /// <param name="reason">What is missing and why.</param>
        public NoEvidence(string reason)
            : base(reason)
        {
        }
    }
}
