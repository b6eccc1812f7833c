using System.Collections.Immutable;
using Guardrail.Engine.Counting;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Detectors;
using Guardrail.Engine.Evidence;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Safety;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Guarding;

/// <summary>
/// One workload through all its rollouts: the fold from observations to decisions. It holds the newest view, the counters and baselines of its
/// signals, and the rollout that is being watched, if any. It knows no clock: the time comes with every observation.
/// </summary>
public sealed class GuardedWorkload
{
    private readonly List<Decision> decisions = [];
    private readonly RevisionTracker revisions;
    private readonly PodRoster pods;
    private readonly SignalTracks tracks;
    private readonly TickComparer comparer;
    private Leftovers leftovers = new();

    /// <summary>Begins to guard a workload.</summary>
    /// <param name="policy">The policy it falls under.</param>
    /// <param name="view">The workload as it is first seen.</param>
    public GuardedWorkload(GuardPolicy policy, WorkloadView view)
        : this(policy, view, new SignalTracks(policy))
    {
    }

    private GuardedWorkload(GuardPolicy policy, WorkloadView view, SignalTracks tracks)
    {
        (Policy, View, this.tracks) = (policy, view, tracks);
        revisions = new(policy, decisions);
        pods = new(policy, revisions);
        comparer = new(policy, revisions, pods, tracks);
        pods.Take(view);
    }

    /// <summary>The policy it falls under.</summary>
    public GuardPolicy Policy { get; }

    /// <summary>The workload as it was last seen.</summary>
    public WorkloadView View { get; private set; }

    /// <summary>The rollout being watched, or the last one; null when none has been seen.</summary>
    internal Rollout? Rollout => revisions.Rollout;

    internal SignalTrack[] Tracks => tracks.All;

    /// <summary>What is known of its requests.</summary>
    internal TrafficBaseline Traffic => comparer.Traffic;

    /// <summary>The other guarded workloads.</summary>
    internal IPeers Peers
    {
        get => comparer.Peers;
        set => comparer.Peers = value;
    }

    /// <summary>Is told of every finished tick; null when nobody wants to know.</summary>
    internal Action<SignalTick>? Listener
    {
        get => comparer.Listener;
        set => comparer.Listener = value;
    }

    /// <summary>What holds for the whole fleet.</summary>
    internal ISafety Safety
    {
        set => revisions.Safety = value;
    }

    /// <summary>Whether it is being changed, or was just changed back: then trouble may be its own.</summary>
    public bool IsChanging => IsWatching || revisions.Rollout?.Cure is Cure.Awaited or Cure.Watched;

    /// <summary>Whether it is known what is usual for it.</summary>
    internal bool IsKnown => Array.Exists(tracks.All, t => UsualLevel.IsKnown(t));

    /// <summary>Whether it serves worse than usual now.</summary>
    internal bool IsInTrouble => Array.Exists(tracks.All, t => t.Disturbance.IsOn);

    /// <summary>Requests per second in the newest tick in which all of them were counted; null before the first.</summary>
    internal double? RequestsPerSecond => comparer.RequestsPerSecond;

    /// <summary>Takes over what the workload looks like now.</summary>
    /// <returns>The decisions that follow, in order; valid until the next call.</returns>
    public IReadOnlyList<Decision> Observe(WorkloadView view, DateTimeOffset now)
    {
        decisions.Clear();
        View = view = view.Configuration is null && View.Configuration is { } known && View.Uid == view.Uid ? view with { Configuration = known } : view;
        foreach (var pod in pods.Take(view))
        {
            tracks.Forget(pod);
        }

        if (revisions.Follow(view, now))
        {
            comparer.BeginRollout();
        }

        return Advance(now);
    }

    /// <summary>Takes over the counters of one pod. Call <see cref="CloseTick"/> when all of a report have been taken over.</summary>
    public void Read(SignalReport.Counters report, PodReading reading) => tracks.Read(report, reading, pods.Find(reading.Pod));

    /// <summary>Notes that a report told nothing of this workload for a signal.</summary>
    public void Miss(SignalId signal, string reason, DateTimeOffset now) => tracks.Of(signal)?.Miss(reason, now);

    /// <summary>Compares what has been read since the last tick, once every pod has been scraped anew, and decides.</summary>
    /// <returns>The decisions that follow, in order; valid until the next call.</returns>
    public IReadOnlyList<Decision> CloseTick(DateTimeOffset now)
    {
        Count(now);
        return Decide(now);
    }

    /// <summary>The first half of <see cref="CloseTick"/>: compares. In a fleet every workload counts before any decides.</summary>
    internal void Count(DateTimeOffset now) => comparer.Count(View, now);

    /// <summary>The second half of <see cref="CloseTick"/>: decides.</summary>
    internal IReadOnlyList<Decision> Decide(DateTimeOffset now)
    {
        decisions.Clear();
        if (revisions.Watched is { Evidence: { } evidence } watched)
        {
            evidence.Consult(Peers, pods, View.Id, Policy, watched.ServingSince, now);
        }

        return Advance(now);
    }

    /// <summary>Takes over a finished tick of another workload.</summary>
    internal void ObserveElsewhere(in SignalTick tick) => revisions.Watched?.Evidence?.Observe(tick with { IsOwn = false });

    /// <summary>Takes note of what became of an action.</summary>
    /// <returns>The decisions that follow, in order; valid until the next call.</returns>
    public IReadOnlyList<Decision> Observe(ActionReport report)
    {
        decisions.Clear();
        revisions.Answer(report.Decision, report.Outcome, report.At);
        leftovers.Answer(report.Decision, report.Outcome, report.At);
        return decisions;
    }

    /// <summary>The workload is gone, or no longer guarded.</summary>
    /// <returns>The decisions that follow, in order; valid until the next call.</returns>
    public IReadOnlyList<Decision> Remove(DateTimeOffset now, string reason = "the workload is gone")
    {
        decisions.Clear();
        revisions.Remove(now, reason);
        return decisions;
    }

    /// <summary>What is known of the workload and its rollout, for people.</summary>
    public GuardStatus Describe() => GuardStatus.Of(this);

    /// <summary>Whether it could be rolled back now.</summary>
    public RollbackReadiness RollbackReadiness => RollbackReadiness.Of(View, revisions.LastGood);

    /// <summary>Takes note of how the configuration of the revision that a rollback would lead to compares; it decides nothing, it is told.</summary>
    public void Know(ConfigurationView? configuration) => View = View with { Configuration = configuration };

    /// <summary>When the rollout being watched, or the last one, began by the cluster's clock; null when none has been seen.</summary>
    public DateTimeOffset? StartedAt => revisions.Rollout?.StartedAt;

    /// <summary>The rollout being watched, or the last one; null when none has been seen.</summary>
    public RolloutId? RolloutId => revisions.Rollout?.Id;

    /// <summary>Whether a rollout is being watched.</summary>
    public bool IsWatching => revisions.Watched is not null;

    /// <summary>How the rollout being watched, or the last one, stands; null when none has been seen.</summary>
    public Standing? Standing => revisions.Rollout is { } rollout ? Guarding.Standing.Of(rollout, View) : null;

    /// <summary>What is known of the rollout being watched; null when none is.</summary>
    public RolloutStatus? ActiveRollout() => revisions.Watched is { } watched ? RolloutStatus.Of(watched, this) : null;

    /// <summary>Everything needed to go on as if nothing had happened.</summary>
    public GuardSnapshot Capture()
    {
        var (traffic, podEvents) = comparer.Capture();
        var (serving, lastGood, rollbacks, rollout) = revisions.Capture();
        return new(View, serving, lastGood, rollbacks, rollout, tracks.Capture(), traffic, podEvents, RequestsPerSecond, leftovers.Capture());
    }

    /// <summary>Goes on from a snapshot.</summary>
    /// <param name="policy">
    /// The policy under which it was taken. One that has changed since loses the evidence of signals it no longer names.
    /// </param>
    /// <param name="snapshot">The snapshot.</param>
    /// <exception cref="ArgumentException">The snapshot does not fit: begin without it.</exception>
    public static GuardedWorkload Restore(GuardPolicy policy, GuardSnapshot snapshot)
    {
        var guarded = new GuardedWorkload(policy, snapshot.View, SignalTracks.Restore(snapshot.Signals, policy));
        guarded.revisions.Restore(new(snapshot.Serving, snapshot.LastGood, snapshot.Rollbacks, snapshot.Rollout));
        guarded.comparer.Restore(snapshot.Traffic, snapshot.PodEvents, snapshot.RequestsPerSecond);
        guarded.leftovers = Leftovers.Restore(snapshot.Leftovers);
        return guarded;
    }

    private List<Decision> Advance(DateTimeOffset now)
    {
        revisions.Advance(ProgressDeadline.Applied(View, now), tracks.Gap, now);
        if (leftovers.Next(Policy, View, now) is { } decision)
        {
            // The second step of that rollout's rollback, and told as such.
            decisions.Add(revisions.Rollout is { IsOver: true } over && over.Id.To == decision.Rollout.From ? decision with { Rollout = over.Id } : decision);
        }

        return decisions;
    }
}

/// <summary>Everything of a guarded workload, so that the future after a restore is the same as without the interruption.</summary>
public sealed record GuardSnapshot(
    WorkloadView View,
    RevisionId? Serving,
    RevisionId? LastGood,
    ImmutableArray<KeyValuePair<RevisionId, int>> Rollbacks,
    RolloutState? Rollout,
    ImmutableArray<SignalTrackState> Signals,
    TrafficBaselineState Traffic,
    PodEventsState PodEvents,
    double? RequestsPerSecond,
    LeftoversState? Leftovers = null);
