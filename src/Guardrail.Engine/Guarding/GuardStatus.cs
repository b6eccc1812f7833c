using System.Collections.Immutable;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Evidence;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Workloads;
using Guardrail.Statistics;

namespace Guardrail.Engine.Guarding;

/// <summary>What is known of a guarded workload now, for people and instruments.</summary>
/// <param name="Workload">The workload.</param>
/// <param name="Policy">Name of its policy.</param>
/// <param name="Rollout">The rollout being watched, or the last one; null when none has been seen.</param>
/// <param name="Gaps">Signals that tell nothing now, with the reason.</param>
public sealed record GuardStatus(
    WorkloadId Workload, string Policy, RolloutStatus? Rollout, ImmutableArray<KeyValuePair<SignalId, string>> Gaps)
{
    internal static GuardStatus Of(GuardedWorkload guarded) => new(
        guarded.View.Id,
        guarded.Policy.Name,
        guarded.Rollout is { } rollout ? RolloutStatus.Of(rollout, guarded) : null,
        [.. guarded.Tracks.Where(t => t.Gap is not null).Select(t => new KeyValuePair<SignalId, string>(t.Signal.Id, t.Gap!))]);
}

/// <summary>What is known of a rollout now.</summary>
public sealed record RolloutStatus
{
    /// <summary>The rollout.</summary>
    public required RolloutId Id { get; init; }

    /// <summary>When its first pod was made.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Where it stands.</summary>
    public required RolloutPhase Phase { get; init; }

    /// <summary>What is believed.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Log of the rollout's e-value, in nats.</summary>
    public required double LogEvidence { get; init; }

    /// <summary>Evidence at which it is rolled back, in nats.</summary>
    public required double RollbackThreshold { get; init; }

    /// <summary>Whether evidence has been missing for longer than the blind budget.</summary>
    public required bool IsBlind { get; init; }

    /// <summary>What each signal says.</summary>
    public required ImmutableArray<SignalStatus> Signals { get; init; }

    internal static RolloutStatus Of(Rollout rollout, GuardedWorkload guarded) => new()
    {
        Id = rollout.Id,
        StartedAt = rollout.StartedAt,
        Phase = rollout.Phase,
        Verdict = rollout.Verdict,
        LogEvidence = rollout.Assessment.LogEvidence,
        RollbackThreshold = Statistics.Evidence.RollbackThreshold(guarded.Policy.FalseRollbackBudget.Value),
        IsBlind = rollout.IsBlind,
        Signals = rollout.Evidence is { } book ? [.. book.Detectors.ToArray().Select(SignalStatus.Of)] : [],
    };
}

/// <summary>What one signal says of a rollout.</summary>
/// <param name="Signal">The signal.</param>
/// <param name="Parameters">What its test was told at the start.</param>
/// <param name="LogEvidence">Log of its e-value, in nats.</param>
/// <param name="TicksCompared">Ticks in which both arms served.</param>
/// <param name="Event">What was counted: "errors", or the histogram edge with most evidence in seconds.</param>
/// <param name="All">Both arms over the whole comparison, for that event.</param>
/// <param name="Recent">Both arms over the newest ticks.</param>
public sealed record SignalStatus(
    SignalId Signal, SignalParameters Parameters, double LogEvidence, int TicksCompared, string Event, TwoArmTally All, TwoArmTally Recent)
{
    internal static SignalStatus Of(SignalDetector detector)
    {
        var index = detector.StrongestEvent;
        return new(
            detector.Signal.Id,
            detector.Parameters,
            detector.LogEvidence,
            detector.TicksCompared,
            Explanation.What(detector, index),
            detector.Totals.All(index),
            detector.Totals.Recent(index));
    }
}
