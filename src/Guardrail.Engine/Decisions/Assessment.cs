namespace Guardrail.Engine.Decisions;

/// <summary>The four things that can be believed of a rollout, as <see cref="Verdict"/> has them, before they are put into words.</summary>
public enum Belief
{
    /// <summary>There is no data to compare.</summary>
    NoEvidence,
    /// <summary>There is data, but not enough.</summary>
    Undecided,
    /// <summary>Compared long enough, and nothing speaks against the new revision.</summary>
    Healthy,
    /// <summary>The new revision is worse, or cannot serve.</summary>
    Regressed,
}

/// <summary>What the evidence of a rollout says now. Made every tick, so it holds no words but those that were there already.</summary>
/// <param name="Belief">What is believed.</param>
/// <param name="Cause">What broke or is missing, when that is not the evidence itself.</param>
/// <param name="LogEvidence">Log of the rollout's e-value against the new revision, in nats.</param>
/// <param name="CanaryRequests">Requests of the new revision that were compared.</param>
public readonly record struct Assessment(Belief Belief, string? Cause, double LogEvidence, long CanaryRequests)
{
    /// <summary>Why evidence strong enough for a rollback is not acted upon.</summary>
    public Doubt Doubt { get; init; }

    /// <summary>
    /// Whether the new revision looks worse by a difference that matters and that chance rarely makes, though the evidence does not suffice.
    /// </summary>
    public bool LooksWorse { get; init; }

    /// <summary>Whether the workload serves more errors than usual now, by whichever revision.</summary>
    public bool InTrouble { get; init; }

    /// <summary>Whether one that would else be called healthy is watched for longer.</summary>
    public bool WantsTime => LooksWorse || InTrouble;

    /// <summary>Whether the evidence reached the hold threshold, or there is something that a person should look at.</summary>
    public bool IsSuspicious => LogEvidence >= Statistics.Evidence.HoldThreshold || Doubt != Doubt.None;
}
