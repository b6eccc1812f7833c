using System.Collections.Immutable;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Detectors;
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

    /// <summary>Highest accepted probability that it is rolled back although healthy: the policy's, halved for every earlier rollback of the revision.</summary>
    public double Budget { get; init; }

    /// <summary>Log of the e-value with the one pod left out that speaks most against the new revision, in nats; must reach the threshold as well.</summary>
    public double LogEvidenceWithoutOnePod { get; init; }

    /// <summary>Log of the e-value of the old revision's pods against themselves, in nats; from ln 20 on, twice the evidence is asked for.</summary>
    public double LogPlacebo { get; init; }

    /// <summary>Why evidence strong enough for a rollback is not acted upon.</summary>
    public Doubt Doubt { get; init; }

    /// <summary>Workload whose trouble vetoes evidence against this rollout; null when none does.</summary>
    public WorkloadId? VetoedBy { get; init; }

    /// <summary>Requests of the new revision until a rollback would be decided, if all goes on as lately; null when nothing points to one.</summary>
    public double? RequestsNeeded { get; init; }

    /// <summary>How the evidence came about: at most 128 points, thinned evenly as they grow more.</summary>
    public ImmutableArray<EvidencePoint> Path { get; init; } = [];

    /// <summary>Whether the rollback was the cure; null when Guardrail made none.</summary>
    public Cure? Cure { get; init; }

    /// <summary>Whether evidence has been missing for longer than the blind budget.</summary>
    public required bool IsBlind { get; init; }

    /// <summary>
    /// What each detector says, in the order of the policy's signals, then what is watched beside them. Empty before there is anything to compare, and
    /// half an hour after its end on, once its cure is known.
    /// </summary>
    public required ImmutableArray<SignalStatus> Signals { get; init; }

    internal static RolloutStatus Of(Rollout rollout, GuardedWorkload guarded) => new()
    {
        Id = rollout.Id,
        StartedAt = rollout.StartedAt,
        Phase = rollout.Phase,
        Verdict = rollout.Verdict,
        LogEvidence = rollout.Assessment.LogEvidence,
        RollbackThreshold = Statistics.Evidence.RollbackThreshold(rollout.Budget),
        Budget = rollout.Budget,
        LogEvidenceWithoutOnePod = rollout.Evidence?.LogEvidenceWithoutOnePod(guarded.Policy.Effect) ?? 0,
        LogPlacebo = rollout.Evidence?.LogPlacebo ?? 0,
        Doubt = rollout.Assessment.Doubt,
        VetoedBy = rollout.Evidence?.VetoedBy,
        RequestsNeeded = rollout.Evidence is { } evidence ? Finding.RequestsNeeded(evidence, rollout.Budget) : null,
        Path = rollout.Evidence?.Path.Points ?? [],
        Cure = rollout.Cure,
        IsBlind = rollout.IsBlind,
        Signals = rollout.Evidence is { } book ? [.. book.Detectors.ToArray().Select(d => SignalStatus.Of(d, rollout.Id))] : [],
    };
}

/// <summary>What one detector says of a rollout.</summary>
/// <param name="Signal">The signal.</param>
/// <param name="Parameters">What its test was told at the start.</param>
/// <param name="LogEvidence">Log of its e-value, in nats.</param>
/// <param name="TicksCompared">Ticks that counted.</param>
/// <param name="Event">What was counted: "errors", or the histogram edge with most evidence in seconds.</param>
/// <param name="All">
/// Both arms over the whole comparison, for that event. Where there is no other arm, the control's part is the forecast (volume) or empty.
/// </param>
/// <param name="Recent">The same over the newest ticks.</param>
public sealed record SignalStatus(
    SignalId Signal, SignalParameters Parameters, double LogEvidence, int TicksCompared, string Event, TwoArmTally All, TwoArmTally Recent)
{
    /// <summary>How it looks at the rollout.</summary>
    public DetectorKind Kind { get; init; }

    /// <summary>The workload whose signal it is; null when it is the rollout's own.</summary>
    public WorkloadId? Workload { get; init; }

    /// <summary>What it found, in counts, for people.</summary>
    public string Finding { get; init; } = string.Empty;

    /// <summary>Interval of the new revision's rate, valid at any time with 95 %; null when it has no requests or counts none.</summary>
    public Interval? CanaryRate { get; init; }

    /// <summary>Interval of the old revision's rate, valid at any time with 95 %; null when it has no requests or counts none.</summary>
    public Interval? ControlRate { get; init; }

    internal static SignalStatus Of(Detector detector, RolloutId rollout)
    {
        var index = detector.StrongestOf(null);
        var all = detector.Totals.All(index);
        return new(
            detector.Signal,
            detector.Parameters,
            detector.LogEvidence,
            detector.Ticks,
            Decisions.Finding.What(detector, index),
            all,
            detector.Totals.Recent(index))
        {
            Kind = detector.Kind,
            Workload = detector.Of,
            Finding = Decisions.Finding.Of(detector, index, all, rollout),
            CanaryRate = Decisions.Finding.RateOf(detector, index, all.CanaryEvents, all.CanaryTotal),
            ControlRate = Decisions.Finding.RateOf(detector, index, all.ControlEvents, all.ControlTotal),
        };
    }
}
