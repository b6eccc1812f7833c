using Guardrail.Engine.Decisions;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Rollouts;

/// <summary>Evidence that would suffice but is doubted: the rollout is held, and when the doubt stays a person is called.</summary>
internal sealed class Doubting(RolloutCase rollout, Holding holding)
{
    /// <summary>How long a doubt must stand before a person is called: a second bad pod may show just after the first.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The same when another workload was in trouble first: most likely its people have been called already, and it may be over soon.</summary>
    private static readonly TimeSpan PatienceWithOthers = TimeSpan.FromMinutes(2);

    private DateTimeOffset? since;
    private Doubt told;

    /// <summary>Looks again.</summary>
    public void Look(WorkloadView view, Verdict? verdict, DateTimeOffset now)
    {
        var doubt = rollout.Assessment.Doubt;
        since = doubt == Doubt.None ? null : since ?? now;
        if (doubt == Doubt.None)
        {
            return;
        }

        holding.HoldForPerson(view, now, verdict);
        if (doubt != told && now - since >= PatienceWith(doubt))
        {
            told = doubt;
            rollout.Decide(DecisionKind.Page, $"doubt-{doubt}".ToLowerInvariant(), now, rollout.Verdict.Reason);
        }
    }

    private TimeSpan PatienceWith(Doubt doubt) =>
        doubt == Doubt.BothRevisions && rollout.Evidence?.Shared?.Elsewhere is not null ? PatienceWithOthers : Patience;

    public DoubtingState Capture() => new(since, told);

    public void Restore(DoubtingState state) => (since, told) = (state.Since, state.Told);
}

/// <summary>State of what is doubted of a rollout, for snapshots.</summary>
/// <param name="Since">Since when the evidence has been doubted; null while it is not.</param>
/// <param name="Told">The doubt that a person was called for.</param>
public sealed record DoubtingState(DateTimeOffset? Since, Doubt Told);
