using System.Collections.Immutable;
using Guardrail.Daemon.Guarding;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Daemon.Status;

/// <summary>Remembers what the fleet itself does not: the newest decisions and their outcomes, when each signal was last read, what ended lately.</summary>
internal sealed class StatusBoard(TimeProvider time) : IDecisionListener
{
    /// <summary>Decisions kept, of all rollouts together.</summary>
    public const int MostDecisions = 500;

    /// <summary>Signals kept.</summary>
    private const int MostSignals = 256;

    private readonly Lock gate = new();
    private readonly List<ToldDecision> decisions = [];
    private readonly Dictionary<SignalId, SignalReading> signals = [];
    private readonly Dictionary<WorkloadId, DateTimeOffset> ended = [];

    /// <summary>How long a rollout that is over is shown: 1 h.</summary>
    public static TimeSpan Lately { get; } = TimeSpan.FromHours(1);

    /// <summary>The newest decisions, the newest first.</summary>
    public ImmutableArray<ToldDecision> Decisions
    {
        get
        {
            lock (gate)
            {
                return [.. decisions.AsEnumerable().Reverse()];
            }
        }
    }

    /// <summary>How reading each signal went, by name.</summary>
    public ImmutableArray<SignalReading> Signals
    {
        get
        {
            lock (gate)
            {
                return [.. signals.Values.OrderBy(s => s.Signal.Name, StringComparer.Ordinal)];
            }
        }
    }

    /// <inheritdoc/>
    public void Decided(Decision decision)
    {
        if (decision.IsRetry)
        {
            return;
        }

        lock (gate)
        {
            decisions.Add(new(
                decision.Rollout,
                new()
                {
                    At = decision.At,
                    Decision = decision.Id.Value,
                    Kind = decision.Kind,
                    Verdict = RecordProjection.Of(decision.Verdict),
                    Reason = RecordLimits.Cut(decision.Reason),
                },
                decision.Action is not null));
            decisions.RemoveRange(0, Math.Max(0, decisions.Count - MostDecisions));
            if (decision.Kind == DecisionKind.End)
            {
                ended[decision.Rollout.Workload] = decision.At;
                Forget(time.GetUtcNow());
            }
        }
    }

    /// <inheritdoc/>
    public void Acted(Decision decision, ActionReport report)
    {
        lock (gate)
        {
            var at = decisions.FindLastIndex(d => d.Rollout.Workload == report.Workload && d.Decision.Decision == report.Decision.Value);
            if (at >= 0)
            {
                decisions[at] = decisions[at] with { Outcome = RecordLimits.Cut(Words(report.Outcome)) };
            }
        }
    }

    /// <inheritdoc/>
    public void Observed(Fleet fleet, MetricReport report)
    {
        lock (gate)
        {
            foreach (var signal in report.Signals)
            {
                if (signals.TryGetValue(signal.Signal, out var known) || signals.Count < MostSignals)
                {
                    signals[signal.Signal] = With(known ?? new(signal.Signal), signal, report.At);
                }
            }
        }
    }

    /// <summary>The fleet as it is now. Called on the guard loop.</summary>
    public FleetPicture Picture(Fleet fleet, IRolloutJournal journal)
    {
        var now = time.GetUtcNow();
        HashSet<WorkloadId> lately;
        lock (gate)
        {
            Forget(now);
            lately = [.. ended.Keys];
        }

        return new(
            now,
            [
                .. fleet.Workloads.OrderBy(w => w.View.Id.Namespace, StringComparer.Ordinal).ThenBy(w => w.View.Id.Name, StringComparer.Ordinal)
                    .Select(w => Picture(w, w.IsChanging || lately.Contains(w.View.Id), journal, now)),
            ],
            [.. fleet.Policies.Select(p => new PolicyPicture(p, fleet.Safety.Storm(p, now), fleet.Safety.Freeze(p, now)))]);
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var old in ended.Where(e => now - e.Value > Lately).Select(e => e.Key).ToList())
        {
            ended.Remove(old);
        }
    }

    private WorkloadPicture Picture(GuardedWorkload guarded, bool isOfInterest, IRolloutJournal journal, DateTimeOffset now)
    {
        var picture = new WorkloadPicture(guarded.View, guarded.Policy, guarded.RollbackReadiness);
        if (!isOfInterest || guarded.Describe() is not { Rollout: { } rollout } known)
        {
            return picture;
        }

        var (id, view) = (rollout.Id, guarded.View);
        var written = journal.StatusOf(id, view.Uid) ?? new GuardedRolloutStatus { Timeline = TimelineOf(id) };
        var record = new GuardedRollout
        {
            Metadata = new() { Name = RecordName.Of(id, view.Uid), Namespace = id.Workload.Namespace },
            Spec = new()
            {
                Workload = new() { Kind = id.Workload.Kind, Name = id.Workload.Name, Uid = view.Uid },
                Policy = guarded.Policy.Name,
                From = id.From.Hash,
                To = id.To.Hash,
                Number = id.Number,
                ChangedBy = view.Revision(id.To)?.ChangedBy,
                MadeBy = view.CurrentRevision == id.To ? view.MadeBy : ChangeAuthor.Unknown,
            },
            Status = AsItEnded(written.Described(known, view, picture.Readiness, now)),
        };
        return picture with { Rollout = new(rollout, record, view, guarded.Policy) };
    }

    /// <summary>After its end a rollout is looked at for a while still; what is told is what led to the end.</summary>
    private static GuardedRolloutStatus AsItEnded(GuardedRolloutStatus status) =>
        status.Outcome is not null && status.Timeline.LastOrDefault(d => d.Kind == DecisionKind.End) is { } end
            ? status with { Reason = end.Reason, Verdict = end.Verdict }
            : status;

    private ImmutableArray<RecordedDecision> TimelineOf(RolloutId rollout)
    {
        lock (gate)
        {
            return [.. decisions.Where(d => d.Rollout == rollout).Select(d => d.Decision).TakeLast(RecordLimits.Timeline)];
        }
    }

    private static SignalReading With(SignalReading known, SignalReport report, DateTimeOffset at) => report switch
    {
        // History is read in order of time, and after what is new.
        SignalReport.Counters counters when !(at < known.ReadAt) => known with
        {
            ReadAt = at,
            Pods = counters.Pods.Length,
            Unread = counters.Unread.Length,
            UnreadReason = counters.Unread is [var first, ..] ? RecordLimits.Cut($"{first.Pod}: {first.Reason}") : null,
        },
        SignalReport.NoEvidence none when !(at < known.FailedAt) => known with { FailedAt = at, Failure = RecordLimits.Cut(none.Reason) },
        _ => known,
    };

    private static string Words(ActionOutcome outcome) => outcome switch
    {
        ActionOutcome.Applied => "done",
        ActionOutcome.AlreadyDone => "was done already",
        ActionOutcome.LostRace(var reason) => $"not done, the workload had changed: {reason}",
        ActionOutcome.Impossible(var reason) => $"cannot be done: {reason}",
        ActionOutcome.Failed(var reason) => $"failed, and is tried again: {reason}",
        _ => outcome.GetType().Name,
    };
}
