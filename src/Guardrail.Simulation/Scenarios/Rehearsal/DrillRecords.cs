using System.Collections.Concurrent;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Records;
using Guardrail.Kubernetes.Watching;
using Guardrail.Simulation.Scenarios.Play;

namespace Guardrail.Simulation.Scenarios.Rehearsal;

/// <summary>Learns from the records in a namespace what the Guardrail installed in the cluster decides there, and does.</summary>
/// <param name="watch">The records.</param>
/// <param name="since">Records made before are of other days.</param>
/// <param name="time">The clock of the play, which that of Guardrail may go before.</param>
internal sealed class DrillRecords(ResourceWatch<GuardedRollout> watch, DateTimeOffset since, TimeProvider time) : IGuardrailSight
{
    private readonly ConcurrentDictionary<WorkloadId, GuardedRollout> newest = new();
    private readonly Dictionary<string, Decision> decided = new(StringComparer.Ordinal);
    private readonly HashSet<string> acted = new(StringComparer.Ordinal);

    public RolloutSight? Of(WorkloadId workload) => newest.TryGetValue(workload, out var record) && record.Status is { } status
        ? new(record.Spec.RolloutOf(record.Metadata.Namespace), Of(status), Of(status.Verdict, status.Reason))
        : null;

    /// <summary>Tells a play until cancelled.</summary>
    /// <exception cref="RehearsalException">The records cannot be followed.</exception>
    public async Task FollowAsync(LivePlay play, CancellationToken cancellationToken)
    {
        await foreach (var change in watch.WatchAsync(cancellationToken))
        {
            switch (change)
            {
                case ResourceChange<GuardedRollout>.Snapshot(var all):
                    foreach (var record in all)
                    {
                        Take(record, play);
                    }

                    break;
                case ResourceChange<GuardedRollout>.Changed(var record):
                    Take(record, play);
                    break;
                case ResourceChange<GuardedRollout>.Interrupted { IsPermanent: true } interrupted:
                    throw new RehearsalException(interrupted.Reason);
                default:
                    break;
            }
        }
    }

    private void Take(GuardedRollout record, LivePlay play)
    {
        // The server notes whole seconds.
        if (record.Status is not { } status || record.Metadata.CreationTimestamp < since.AddSeconds(-1))
        {
            return;
        }

        var rollout = record.Spec.RolloutOf(record.Metadata.Namespace);
        newest.AddOrUpdate(rollout.Workload, record, (_, known) => known.Spec.Number <= record.Spec.Number ? record : known);
        foreach (var made in status.Timeline.Where(made => !decided.ContainsKey(made.Decision)))
        {
            var intent = status.Intents.FirstOrDefault(i => i.Decision == made.Decision);
            play.Decided(decided[made.Decision] = new()
            {
                Id = new(made.Decision),
                Rollout = rollout,
                Uid = record.Spec.Workload.Uid,
                At = Earliest(made.At, time.GetUtcNow()),
                Kind = made.Kind,
                Verdict = Of(made.Verdict, made.Reason),
                Reason = made.Reason,
                Action = intent?.ToAction(rollout),
                Outcome = made.Kind == DecisionKind.End ? status.Outcome : null,
            });
        }

        foreach (var intent in status.Intents)
        {
            // A decision may stand in the record before what it asks for does.
            if (decided.TryGetValue(intent.Decision, out var known) && known.Action is null)
            {
                play.Decided(decided[intent.Decision] = known with { Action = intent.ToAction(rollout), IsRetry = true });
            }

            if (intent.Outcome is { } outcome && decided.TryGetValue(intent.Decision, out var decision) && acted.Add(intent.Decision))
            {
                play.Acted(decision, new(outcome.At, rollout.Workload, decision.Id, Of(outcome)));
            }
        }
    }

    private static ActionOutcome Of(IntentOutcome outcome) => outcome.State switch
    {
        IntentState.Applied => new ActionOutcome.Applied(),
        IntentState.AlreadyDone => new ActionOutcome.AlreadyDone(),
        IntentState.LostRace => new ActionOutcome.LostRace(outcome.Message ?? ""),
        IntentState.Impossible => new ActionOutcome.Impossible(outcome.Message ?? ""),
        _ => new ActionOutcome.Failed(outcome.Message ?? ""),
    };

    private static RolloutPhase Of(GuardedRolloutStatus status)
    {
        var at = status.AsOf ?? DateTimeOffset.MinValue;
        return status.Phase switch
        {
            RecordedPhase.Waiting => new RolloutPhase.Waiting(),
            RecordedPhase.Held => new RolloutPhase.Held(status.HeldFor ?? HoldCause.Pacing, at, Shown: true),
            RecordedPhase.RollingBack => new RolloutPhase.RollingBack(new(""), at),
            RecordedPhase.NeedsPerson => new RolloutPhase.NeedsPerson(at, IsFinal: false),
            RecordedPhase.Contested => new RolloutPhase.Contested(at, 0, null, WasQuarantined: true),
            RecordedPhase.Ended => new RolloutPhase.Ended(status.Outcome ?? RolloutOutcome.Undecided, status.EndedAt ?? at),
            _ => new RolloutPhase.Comparing(),
        };
    }

    private static Verdict Of(RecordedVerdict verdict, string reason) => verdict switch
    {
        RecordedVerdict.Healthy => new Verdict.Healthy(reason),
        RecordedVerdict.Regressed => new Verdict.Regressed(reason, ""),
        RecordedVerdict.Undecided => new Verdict.Undecided(reason),
        _ => new Verdict.NoEvidence(reason),
    };

    private static DateTimeOffset Earliest(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
