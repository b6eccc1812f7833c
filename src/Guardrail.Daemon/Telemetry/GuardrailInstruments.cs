using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Guardrail.Daemon.Guarding;
using Guardrail.Daemon.Health;
using Guardrail.Daemon.Notifications;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Workloads;

namespace Guardrail.Daemon.Telemetry;

/// <summary>All instruments of the daemon, with names, units and meaning.</summary>
public sealed class GuardrailInstruments : IDecisionListener, IDisposable
{
    /// <summary>Name of the meter; the exposition puts it before every instrument: <c>guardrail_decisions_total</c>.</summary>
    public const string MeterName = "guardrail";

    private static readonly string[] DropReasons = ["queue_full", "refused", "given_up", "stopped"];

    private static readonly string[] Verdicts = [nameof(Verdict.Healthy), nameof(Verdict.Regressed), nameof(Verdict.Undecided), nameof(Verdict.NoEvidence)];

    private static readonly string[] Watched =
    [
        nameof(RolloutPhase.Waiting), nameof(RolloutPhase.Comparing), nameof(RolloutPhase.Held), nameof(RolloutPhase.RollingBack),
        nameof(RolloutPhase.NeedsPerson), nameof(RolloutPhase.Contested),
    ];

    private readonly Meter meter;
    private readonly TimeProvider time;
    private readonly DateTimeOffset started;
    private readonly Counter<long> observations;
    private readonly Counter<long> gaps;
    private readonly Counter<long> decisions;
    private readonly Counter<long> actions;
    private readonly Counter<long> notices;
    private readonly Counter<long> queries;
    private readonly Counter<long> faults;
    private readonly Histogram<double> decisionLag;
    private readonly Histogram<double> queryDuration;
    private readonly Counter<long> notifications;
    private readonly Counter<long> notificationAttempts;
    private readonly Counter<long> notificationsDropped;
    private readonly ConcurrentDictionary<string, Func<int>> notificationQueues = new();
    private readonly ConcurrentDictionary<WorkloadId, RolloutStatus> rollouts = new();
    private volatile int guarded;

    /// <summary>Makes the instruments.</summary>
    public GuardrailInstruments(IMeterFactory meters, Readiness readiness, TimeProvider time)
    {
        this.time = time;
        started = time.GetUtcNow();
        meter = meters.Create(MeterName);
        observations = meter.CreateCounter<long>("observations_total", "{reading}", "Readings of one pod's counters taken over, by signal.");
        gaps = meter.CreateCounter<long>("no_evidence_total", "{report}", "Reports that told nothing of a signal, by signal.");
        decisions = meter.CreateCounter<long>("decisions_total", "{decision}", "Decisions made, by kind and verdict.");
        actions = meter.CreateCounter<long>("actions_total", "{action}", "Actions on workloads, by action and outcome.");
        notices = meter.CreateCounter<long>("notices_total", "{notice}", "What people should know of, by kind, whether or not anybody is notified.");
        queries = meter.CreateCounter<long>("queries_total", "{query}", "Requests to the metric source, by signal and result.");
        faults = meter.CreateCounter<long>("faults_total", "{fault}", "Faults met, by part and kind.");
        decisionLag = meter.CreateHistogram<double>("decision_lag_seconds", "s", "Time from the observation that led to a decision to the decision.");
        queryDuration = meter.CreateHistogram<double>("query_duration_seconds", "s", "Duration of requests to the metric source, by signal.");
        notifications = meter.CreateCounter<long>("notifications_delivered_total", "{notification}", "Notifications delivered, by receiver.");
        notificationAttempts = meter.CreateCounter<long>("notification_attempts_total", "{attempt}", "Attempts to notify, by receiver and result.");
        notificationsDropped = meter.CreateCounter<long>("notifications_dropped_total", "{notification}", "Notifications that were never delivered, by receiver and reason.");
        meter.CreateObservableGauge("notifications_queued", Queued, "{notification}", "Notifications that wait to be delivered, by receiver.");
        meter.CreateObservableGauge("leader", () => readiness.Leadership.IsLeader ? 1 : 0, "{leader}", "Whether this instance does the work: 1 as leader or without election, else 0.");
        meter.CreateObservableGauge("workloads", () => guarded, "{workload}", "Workloads guarded now.");
        meter.CreateObservableGauge("rollout_evidence_nats", Evidence, "{nat}", "Evidence against the new revision, per rollout being watched; rolled back at its threshold.");
        meter.CreateObservableGauge("rollout_threshold_nats", Thresholds, "{nat}", "Evidence at which a rollout being watched is rolled back.");
        meter.CreateObservableGauge("rollouts", Phases, "{rollout}", "Rollouts being watched, by phase.");
        meter.CreateObservableGauge("blind_rollouts", () => rollouts.Values.Count(r => r.IsBlind), "{rollout}", "Rollouts without evidence for longer than their blind budget.");
        meter.CreateObservableGauge("instance", Alive, "{instance}", "1 while this instance is there, leading or not.");
        KeepCounters();
        meter.CreateObservableGauge("ready", () => readiness.Parts.Select(p => new Measurement<int>(p.Problem is null ? 1 : 0, Tag("part", p.Name))), "{ready}", "Whether a part of the daemon is ready.");
    }

    /// <inheritdoc/>
    public void Decided(Decision decision)
    {
        decisions.Add(1, Tag("kind", decision.Kind.ToString()), Tag("verdict", decision.Verdict.Name));
        if (decision.At >= started)
        {
            // What is read back at the start was observed before there was anybody to decide.
            decisionLag.Record(Math.Max(0, (time.GetUtcNow() - decision.At).TotalSeconds));
        }

        if (Notification.Of(decision) is { } notification)
        {
            Noticed(notification.Kind);
        }
    }

    /// <summary>Notes what people should know of.</summary>
    public void Noticed(NotificationKind kind) => notices.Add(1, Tag("kind", kind.ToString()));

    /// <inheritdoc/>
    public void Acted(Decision decision, ActionReport report) =>
        actions.Add(1, Tag("action", decision.Kind.ToString()), Tag("outcome", report.Outcome.GetType().Name));

    /// <inheritdoc/>
    public void Observed(Fleet fleet, MetricReport report)
    {
        foreach (var signal in report.Signals)
        {
            if (signal is SignalReport.Counters counters)
            {
                observations.Add(counters.Pods.Length, Tag("signal", signal.Signal.Name));
            }
            else
            {
                gaps.Add(1, Tag("signal", signal.Signal.Name));
            }
        }

        guarded = fleet.Workloads.Count;
        Remember(fleet);
    }

    /// <summary>Notes a request to the metric source.</summary>
    public void Queried(string signal, string result, TimeSpan duration)
    {
        queries.Add(1, Tag("signal", signal), Tag("result", result));
        queryDuration.Record(duration.TotalSeconds, Tag("signal", signal));
    }

    /// <summary>Notes a fault.</summary>
    public void Faulted(string part, string kind) => faults.Add(1, Tag("part", part), Tag("kind", kind));

    /// <summary>Notes a notification that was delivered.</summary>
    public void Notified(string receiver) => notifications.Add(1, Tag("receiver", receiver));

    /// <summary>Notes an attempt to notify.</summary>
    public void NotificationAttempted(string receiver, string result) => notificationAttempts.Add(1, Tag("receiver", receiver), Tag("result", result));

    /// <summary>Notes a notification that is given up.</summary>
    public void NotificationDropped(string receiver, string reason) => notificationsDropped.Add(1, Tag("receiver", receiver), Tag("reason", reason));

    /// <summary>Shows how many notifications wait for a receiver.</summary>
    public void WatchNotifications(string receiver, Func<int> waiting)
    {
        notificationQueues[receiver] = waiting;
        KeepReceivers();
    }

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();

    private static KeyValuePair<string, object?> Tag(string key, string value) => new(key, value);

    /// <summary>Observed with every scrape, which is when counters must be renewed.</summary>
    private int Alive()
    {
        KeepCounters();
        KeepReceivers();
        return 1;
    }

    /// <summary>
    /// A counter that first shows as 1 has not increased, for whoever reads it: what alerts look at is there from the start, and stays although nothing
    /// happens for days.
    /// </summary>
    private void KeepCounters()
    {
        foreach (var kind in Enum.GetNames<NotificationKind>())
        {
            notices.Add(0, Tag("kind", kind));
        }

        foreach (var kind in Enum.GetNames<DecisionKind>())
        {
            foreach (var verdict in Verdicts)
            {
                decisions.Add(0, Tag("kind", kind), Tag("verdict", verdict));
            }
        }

        foreach (var kind in new[] { DecisionKind.Hold, DecisionKind.Resume, DecisionKind.RollBack })
        {
            foreach (var outcome in new[] { nameof(ActionOutcome.Applied), nameof(ActionOutcome.Failed), nameof(ActionOutcome.Impossible) })
            {
                actions.Add(0, Tag("action", kind.ToString()), Tag("outcome", outcome));
            }
        }
    }

    private void KeepReceivers()
    {
        foreach (var receiver in notificationQueues.Keys)
        {
            notifications.Add(0, Tag("receiver", receiver));
            foreach (var reason in DropReasons)
            {
                notificationsDropped.Add(0, Tag("receiver", receiver), Tag("reason", reason));
            }
        }
    }

    private void Remember(Fleet fleet)
    {
        foreach (var workload in fleet.Workloads)
        {
            if (workload.ActiveRollout() is { } rollout)
            {
                rollouts[workload.View.Id] = rollout;
            }
            else
            {
                rollouts.TryRemove(workload.View.Id, out _);
            }
        }

        foreach (var id in rollouts.Keys)
        {
            if (fleet.Find(id) is null)
            {
                rollouts.TryRemove(id, out _);
            }
        }
    }

    private IEnumerable<Measurement<int>> Queued() => notificationQueues.Select(q => new Measurement<int>(q.Value(), Tag("receiver", q.Key)));

    private IEnumerable<Measurement<double>> Evidence() => rollouts.Values.Select(r => new Measurement<double>(r.LogEvidence, Tags(r)));

    private IEnumerable<Measurement<double>> Thresholds() => rollouts.Values.Select(r => new Measurement<double>(r.RollbackThreshold, Tags(r)));

    /// <summary>Every phase, also those that no rollout is in: a series that is not told any more keeps its last number for a while.</summary>
    private IEnumerable<Measurement<int>> Phases()
    {
        var counts = rollouts.Values.CountBy(r => r.Phase.Name).ToDictionary(StringComparer.Ordinal);
        return Watched.Union(counts.Keys).Select(phase => new Measurement<int>(counts.GetValueOrDefault(phase), Tag("phase", phase)));
    }

    private static KeyValuePair<string, object?>[] Tags(RolloutStatus rollout) =>
    [
        Tag("namespace", rollout.Id.Workload.Namespace),
        Tag("kind", rollout.Id.Workload.Kind.ToString()),
        Tag("workload", rollout.Id.Workload.Name),
        Tag("revision", rollout.Id.To.Hash),
    ];
}
