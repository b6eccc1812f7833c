using System.Collections.Immutable;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Daemon.Status;

/// <summary>The whole fleet at one moment, for people.</summary>
/// <param name="At">When.</param>
/// <param name="Workloads">Every guarded workload, in order of its name.</param>
/// <param name="Policies">Every policy.</param>
internal sealed record FleetPicture(DateTimeOffset At, ImmutableArray<WorkloadPicture> Workloads, ImmutableArray<PolicyPicture> Policies)
{
    /// <summary>Rollouts that are watched now, most urgent first.</summary>
    public IEnumerable<RolloutPicture> UnderWay => Rollouts.Where(r => r.Record.Status?.Outcome is null)
        .OrderByDescending(r => RecordFacts.Urgency(r.Record))
        .ThenByDescending(r => r.Status.RollbackThreshold > 0 ? r.Status.LogEvidence / r.Status.RollbackThreshold : 0)
        .ThenBy(r => r.Status.StartedAt);

    /// <summary>Rollouts that ended lately, the newest first.</summary>
    public IEnumerable<RolloutPicture> Ended => Rollouts.Where(r => r.Record.Status?.Outcome is not null).OrderByDescending(r => r.Record.Status!.EndedAt);

    private IEnumerable<RolloutPicture> Rollouts => Workloads.Where(w => w.Rollout is not null).Select(w => w.Rollout!);
}

/// <summary>One policy.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Storm">Why rollbacks under it are not carried out for now; null when they are.</param>
/// <param name="Freeze">Why changes that agents make must wait; null when they need not.</param>
internal sealed record PolicyPicture(GuardPolicy Policy, string? Storm, string? Freeze);

/// <summary>One guarded workload.</summary>
/// <param name="View">The workload as it was last seen.</param>
/// <param name="Policy">The policy that guards it.</param>
/// <param name="Readiness">Whether it could be rolled back now.</param>
internal sealed record WorkloadPicture(WorkloadView View, GuardPolicy Policy, RollbackReadiness Readiness)
{
    /// <summary>Its rollout that is watched or ended lately; null when there is none.</summary>
    public RolloutPicture? Rollout { get; init; }
}

/// <summary>One rollout.</summary>
/// <param name="Status">What the engine knows of it.</param>
/// <param name="Record">The same as records have it, with its decisions.</param>
/// <param name="View">The workload.</param>
/// <param name="Policy">The policy that guards it.</param>
internal sealed record RolloutPicture(RolloutStatus Status, GuardedRollout Record, WorkloadView View, GuardPolicy Policy);

/// <summary>How reading a signal went lately.</summary>
/// <param name="Signal">Its name; signals of several policies may share one.</param>
internal sealed record SignalReading(SignalId Signal)
{
    /// <summary>When counters came last; null when none ever did.</summary>
    public DateTimeOffset? ReadAt { get; init; }

    /// <summary>Pods whose counters came then.</summary>
    public int Pods { get; init; }

    /// <summary>Pods whose counters did not come then.</summary>
    public int Unread { get; init; }

    /// <summary>Why not, of one of them.</summary>
    public string? UnreadReason { get; init; }

    /// <summary>When a read told nothing last; null when none ever did.</summary>
    public DateTimeOffset? FailedAt { get; init; }

    /// <summary>Why.</summary>
    public string? Failure { get; init; }
}

/// <summary>A decision, and what became of what it asked for.</summary>
/// <param name="Rollout">The rollout.</param>
/// <param name="Decision">The decision as records have it.</param>
/// <param name="Asks">Whether it asked for a change of the cluster.</param>
internal sealed record ToldDecision(RolloutId Rollout, RecordedDecision Decision, bool Asks)
{
    /// <summary>What became of it, in words; null while that is not known, or nothing was asked for.</summary>
    public string? Outcome { get; init; }
}
