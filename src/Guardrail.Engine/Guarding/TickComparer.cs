using Guardrail.Engine.Counting;
using Guardrail.Engine.Detectors;
using Guardrail.Engine.Evidence;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Workloads;
using Guardrail.Statistics;

namespace Guardrail.Engine.Guarding;

/// <summary>Closes the ticks of a workload: hands each to the evidence of the rollout that is watched, and learns from it what is usual.</summary>
internal sealed class TickComparer(GuardPolicy policy, RevisionTracker revisions, PodRoster pods, SignalTracks tracks)
{
    /// <summary>Ticks after which a ready pod without counts is silent rather than new.</summary>
    private const int SilentTicks = 3;

    private readonly Func<PodId, bool> isAlive = pods.Has;
    private PodEvents podEvents = new();

    /// <summary>What is known of the workload's requests.</summary>
    public TrafficBaseline Traffic { get; private set; } = new();

    /// <summary>Requests per second in the newest tick in which all of them were counted; null before the first.</summary>
    public double? RequestsPerSecond { get; private set; }

    /// <summary>The other guarded workloads.</summary>
    public IPeers Peers { get; set; } = NoPeers.Instance;

    /// <summary>Is told of every finished tick; null when nobody wants to know.</summary>
    public Action<SignalTick>? Listener { get; set; }

    /// <summary>Notes that a rollout begins.</summary>
    public void BeginRollout() => podEvents.BeginRollout();

    /// <summary>Compares what has been read since the last tick, once every pod has been scraped anew.</summary>
    public void Count(WorkloadView view, DateTimeOffset now)
    {
        foreach (var track in tracks.All)
        {
            if (track.Ledger.TickIsComplete(now, policy.Tick, isAlive))
            {
                Compare(track, view, now);
                LearnTraffic(track);
                track.Learn(pods, now);
                track.Ledger.BeginTick(isAlive);
            }
        }

        CountPodEvents(view, now);
    }

    public (TrafficBaselineState Traffic, PodEventsState PodEvents) Capture() => (Traffic.Capture(), podEvents.Capture());

    public void Restore(TrafficBaselineState traffic, PodEventsState events, double? requestsPerSecond) =>
        (Traffic, podEvents, RequestsPerSecond) = (TrafficBaseline.Restore(traffic), PodEvents.Restore(events), requestsPerSecond);

    private void Compare(SignalTrack track, WorkloadView view, DateTimeOffset now)
    {
        var tick = new SignalTick(now, view.Id, IsOwn: true, track, pods);
        Listener?.Invoke(tick);
        if (revisions.Watched is not { } watched)
        {
            revisions.Rollout?.ObserveRestored(track, pods, now);
            return;
        }

        if (watched.Evidence is null && (track.CanaryReports(pods) || CanaryIsSilent(watched, view, now)))
        {
            watched.BeginComparison(Freeze(watched, view), tracks.All, now);
        }

        if (watched.Evidence is { } evidence)
        {
            var before = evidence.TicksCompared;
            evidence.Observe(tick);
            if (evidence.TicksCompared > before)
            {
                watched.Compared(now);
            }
        }
    }

    /// <summary>
    /// Whether a pod of the new revision has been ready for so long that it should have reported: what it breaks elsewhere, and what becomes of the
    /// workload as a whole, is judged even if it never does.
    /// </summary>
    private bool CanaryIsSilent(Rollout watched, WorkloadView view, DateTimeOffset now)
    {
        foreach (var pod in view.Pods)
        {
            if (pod.Revision == watched.Id.To && now - pod.ReadySince >= SilentTicks * policy.Tick)
            {
                return true;
            }
        }

        return false;
    }

    private EvidenceBook Freeze(Rollout watched, WorkloadView view)
    {
        var (control, canary) = (0, 0);
        foreach (var pod in view.Pods)
        {
            control += pods.ArmOf(pod) == Arm.Control ? 1 : 0;
            canary += pods.ArmOf(pod) == Arm.Canary ? 1 : 0;
        }

        var requests = tracks.Traffic is { HasData: true } track ? (track, Traffic) : default((SignalTrack, TrafficBaseline)?);
        var count = new PodCount(view.DesiredReplicas, Math.Max(1, control), Math.Max(1, canary));
        return new(DetectorPlan.Make(policy, watched.Budget, [.. tracks.All.Where(t => t.HasData)], requests, count, Peers));
    }

    private void LearnTraffic(SignalTrack track)
    {
        if (track != tracks.Traffic)
        {
            return;
        }

        Traffic.LearnShares(track.Ledger, pods);
        if (!pods.AllReadyReport(track.Ledger))
        {
            return;
        }

        var (requests, seconds) = track.Volume;
        RequestsPerSecond = seconds > 0 ? requests / seconds : RequestsPerSecond;
        if (seconds > 0 && revisions.Watched is not { Evidence: not null })
        {
            Traffic.LearnVolume(requests, seconds);
        }
    }

    private void CountPodEvents(WorkloadView view, DateTimeOffset now)
    {
        if (!podEvents.TickIsOver(now, policy.Tick))
        {
            return;
        }

        var watched = revisions.Watched;
        var tally = podEvents.EndTick(view, watched?.Id.From, watched?.Id.To, now);
        watched?.Evidence?.Observe(new SignalTick(now, view.Id, IsOwn: true, null, pods, tally, podEvents.Affected));
    }
}
