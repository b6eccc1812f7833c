using System.Collections.Immutable;
using System.Globalization;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Workloads;

namespace Guardrail.Kubernetes.Records;

/// <summary>Writes down what the engine knows of a rollout.</summary>
public static class RecordProjection
{
    /// <summary>The status with phase, verdict, evidence, counts and conditions as they are now. Timeline, intents and checkpoint stay.</summary>
    /// <param name="status">The status so far.</param>
    /// <param name="known">What is known of the workload; its rollout must be the record's.</param>
    /// <param name="view">The workload as it was last seen.</param>
    /// <param name="readiness">Whether a rollback could be carried out.</param>
    /// <param name="now">Now.</param>
    public static GuardedRolloutStatus Described(
        this GuardedRolloutStatus status, GuardStatus known, WorkloadView view, RollbackReadiness readiness, DateTimeOffset now)
    {
        var rollout = known.Rollout ?? throw new ArgumentException("There is no rollout to describe.", nameof(known));
        var ended = rollout.Phase as RolloutPhase.Ended;
        var cure = RecordedCure.Join(status.Cure, RecordedCure.Of(rollout.Cure));
        var conditions = Conditions(rollout, view, readiness, now).Aggregate(status.Conditions, RecordCondition.Set);
        if (ended is not null && status.Phase == RecordedPhase.Ended)
        {
            // What led to its end stays as it was then: from now on the restored revision is looked at.
            return status with { Cure = cure, Conditions = conditions };
        }

        var gaps = known.Gaps.ToDictionary(gap => gap.Key, gap => gap.Value);
        return status with
        {
            AsOf = now,
            Phase = Of(rollout.Phase),
            HeldFor = (rollout.Phase as RolloutPhase.Held)?.Cause,
            Outcome = ended?.Outcome,
            EndedAt = ended?.At,
            Verdict = Of(rollout.Verdict),
            Reason = RecordLimits.Cut(rollout.Verdict.Reason),
            StartedAt = rollout.StartedAt,
            Cure = cure,
            Budget = rollout.Budget,
            Evidence = Evidence(rollout),
            Signals = [.. rollout.Signals.Take(RecordLimits.Signals).Select(signal => Signal(signal, gaps.GetValueOrDefault(signal.Signal)))],
            Conditions = conditions,
        };
    }

    /// <summary>The phase as records have it.</summary>
    public static RecordedPhase Of(RolloutPhase phase) =>
        Enum.TryParse<RecordedPhase>(phase.Name, out var recorded) ? recorded : RecordedPhase.Comparing;

    /// <summary>The verdict as records have it.</summary>
    public static RecordedVerdict Of(Verdict verdict) => verdict switch
    {
        Verdict.Healthy => RecordedVerdict.Healthy,
        Verdict.Regressed => RecordedVerdict.Regressed,
        Verdict.Undecided => RecordedVerdict.Undecided,
        _ => RecordedVerdict.NoEvidence,
    };

    private static RecordedEvidence? Evidence(RolloutStatus rollout) => rollout.Signals.IsEmpty ? null : new RecordedEvidence
    {
        Nats = Finite(rollout.LogEvidence),
        Threshold = Finite(rollout.RollbackThreshold),
        Summary = string.Create(CultureInfo.InvariantCulture, $"{Finite(rollout.LogEvidence):0.0} of {Finite(rollout.RollbackThreshold):0.0}"),
        WithoutOnePod = Finite(rollout.LogEvidenceWithoutOnePod),
        Placebo = Finite(rollout.LogPlacebo),
        Doubt = rollout.Doubt,
        VetoedBy = rollout.VetoedBy?.ToString(),
        RequestsNeeded = rollout.RequestsNeeded is { } needed ? Finite(needed) : null,
        Path = RecordedPath.Write(rollout.Path, rollout.StartedAt),
    };

    private static RecordedSignal Signal(SignalStatus signal, string? gap) => new()
    {
        Name = signal.Signal.Name,
        Kind = signal.Kind,
        Workload = signal.Workload?.ToString(),
        Nats = Finite(signal.LogEvidence),
        Ticks = signal.TicksCompared,
        Event = signal.Event,
        Finding = signal.Finding.Length == 0 ? null : RecordLimits.Cut(signal.Finding),
        Gap = gap is null ? null : RecordLimits.Cut(gap),
        Control = Arm(signal.All.ControlEvents, signal.All.ControlTotal, signal.ControlRate),
        Canary = Arm(signal.All.CanaryEvents, signal.All.CanaryTotal, signal.CanaryRate),
    };

    private static RecordedArm Arm(long events, long total, Statistics.Interval? rate) => new()
    {
        Events = events,
        Total = total,
        RateFrom = rate is { } low ? Finite(low.Lower) : null,
        RateTo = rate is { } high ? Finite(high.Upper) : null,
    };

    private static IEnumerable<RecordCondition> Conditions(
        RolloutStatus rollout, WorkloadView view, RollbackReadiness readiness, DateTimeOffset now)
    {
        var over = rollout.Phase is RolloutPhase.Ended;
        var sees = rollout.Verdict is not Verdict.NoEvidence;
        yield return over
            ? RecordCondition.Make(RolloutConditions.Ready, true, "Ended", "The rollout is over.", now)
            : RecordCondition.Make(RolloutConditions.Ready, sees, sees ? "Watched" : "NoEvidence", rollout.Verdict.Reason, now);
        yield return RecordCondition.Make(RolloutConditions.RollbackReady, readiness.IsReady, readiness.Reason.ToString(), readiness.Message, now);
        yield return rollout.IsBlind
            ? RecordCondition.Make(RolloutConditions.Blind, true, "BlindBudgetSpent", rollout.Verdict.Reason, now)
            : RecordCondition.Make(RolloutConditions.Blind, false, "Sighted", "Evidence comes in, or has not been missing for long.", now);
        var quarantined = view.Quarantined.Contains(rollout.Id.To);
        yield return RecordCondition.Make(
            RolloutConditions.Quarantined, quarantined, quarantined ? "RolledBack" : "NotRolledBack",
            quarantined ? $"{rollout.Id.To} was rolled back and does not come back without a release." : $"{rollout.Id.To} may run.", now);
        var (paused, who, told) = view.Pause switch
        {
            PauseState.ByGuardrail => (true, "ByGuardrail", "Guardrail holds the rollout."),
            PauseState.ByOther => (true, "ByOther", "Somebody else paused the rollout; Guardrail does not resume it."),
            PauseState.ResumedByOther => (false, "ResumedByOther", "Somebody let the rollout go on that Guardrail held; it is not held again."),
            _ => (false, "Running", "The rollout is not paused."),
        };
        yield return over
            ? RecordCondition.Make(RolloutConditions.Paused, false, "Ended", "The rollout is over.", now)
            : RecordCondition.Make(RolloutConditions.Paused, paused, who, told, now);
        var contested = rollout.Phase is RolloutPhase.Contested || (quarantined && !over && view.CurrentRevision == rollout.Id.To);
        yield return RecordCondition.Make(
            RolloutConditions.Contested, contested, contested ? "WrittenBack" : "Uncontested",
            contested
                ? $"{rollout.Id.To} was written back after a rollback{(view.Revision(rollout.Id.To)?.ChangedBy is { } by ? " by " + by : "")}."
                : "Nobody writes a revision back that was rolled back.",
            now);
    }

    /// <summary>JSON has no infinity.</summary>
    private static double Finite(double value) => double.IsNaN(value) ? 0 : Math.Clamp(value, -1e300, 1e300);
}
