using System.Collections.Immutable;
using Guardrail.Engine.Counting;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Detectors;
using Guardrail.Engine.Evidence;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Guarding;

/// <summary>
/// One workload through all its rollouts: the fold from observations to decisions. It holds the newest view, the counters and baselines of its
/// signals, and the rollout that is being watched, if any. It knows no clock: the time comes with every observation.
/// </summary>
public sealed class GuardedWorkload : IPodArms
{
    /// <summary>Rollbacks of the same revision after which Guardrail stops fighting for the workload.</summary>
    private const int MostRollbacks = 2;

    /// <summary>Ticks after which a ready pod without counts is silent rather than new.</summary>
    private const int SilentTicks = 3;

    /// <summary>How long after becoming ready a pod is sent its share of the requests: endpoints and proxies must learn of it first.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);

    private readonly Dictionary<PodId, PodView> pods = [];
    private readonly Dictionary<RevisionId, int> rollbacks = [];
    private readonly List<Decision> decisions = [];
    private readonly List<PodId> made = [];
    private readonly Func<PodId, bool> isAlive;
    private SignalTrack[] tracks;
    private TrafficBaseline traffic = new();
    private PodEvents podEvents = new();
    private Rollout? rollout;
    private RevisionId? serving;
    private RevisionId? lastGood;

    /// <summary>Begins to guard a workload.</summary>
    /// <param name="policy">The policy it falls under.</param>
    /// <param name="view">The workload as it is first seen.</param>
    public GuardedWorkload(GuardPolicy policy, WorkloadView view)
    {
        (Policy, View) = (policy, view);
        tracks = [.. policy.Signals.Select(s => new SignalTrack(s))];
        isAlive = pods.ContainsKey;
        IndexPods();
    }

    /// <summary>The policy it falls under.</summary>
    public GuardPolicy Policy { get; }

    /// <summary>The workload as it was last seen.</summary>
    public WorkloadView View { get; private set; }

    /// <summary>The rollout being watched, or the last one; null when none has been seen.</summary>
    internal Rollout? Rollout => rollout;

    internal IReadOnlyList<SignalTrack> Tracks => tracks;

    /// <summary>What is known of its requests.</summary>
    internal TrafficBaseline Traffic => traffic;

    /// <summary>The other guarded workloads.</summary>
    internal IPeers Peers { get; set; } = NoPeers.Instance;

    /// <summary>Is told of every finished tick; null when nobody wants to know.</summary>
    internal Action<SignalTick>? Listener { get; set; }

    /// <summary>Requests per second in the newest tick in which all of them were counted; null before the first.</summary>
    internal double? RequestsPerSecond { get; private set; }

    /// <summary>Takes over what the workload looks like now.</summary>
    /// <returns>The decisions that follow, in order; valid until the next call.</returns>
    public IReadOnlyList<Decision> Observe(WorkloadView view, DateTimeOffset now)
    {
        decisions.Clear();
        View = view;
        IndexPods();
        FollowRevision(now);
        Advance(now);
        return decisions;
    }

    /// <summary>Takes over the counters of one pod. Call <see cref="CloseTick"/> when all of a report have been taken over.</summary>
    public void Read(SignalReport.Counters report, PodReading reading)
    {
        var track = TrackOf(report.Signal);
        track?.UseEdges(report);
        track?.Read(reading, pods.TryGetValue(reading.Pod, out var pod) ? pod.CreatedAt : null);
    }

    /// <summary>Notes that a report told nothing of this workload for a signal.</summary>
    public void Miss(SignalId signal, string reason, DateTimeOffset now) => TrackOf(signal)?.Miss(reason, now);

    /// <summary>Compares what has been read since the last tick, once every pod has been scraped anew, and decides.</summary>
    /// <returns>The decisions that follow, in order; valid until the next call.</returns>
    public IReadOnlyList<Decision> CloseTick(DateTimeOffset now)
    {
        Count(now);
        return Decide(now);
    }

    /// <summary>The first half of <see cref="CloseTick"/>: compares. In a fleet every workload counts before any decides.</summary>
    internal void Count(DateTimeOffset now)
    {
        foreach (var track in tracks)
        {
            if (track.Ledger.TickIsComplete(now, Policy.Tick, isAlive))
            {
                Compare(track, now);
                LearnTraffic(track);
                track.Learn(this, now);
                track.Ledger.BeginTick(isAlive);
            }
        }

        CountPodEvents(now);
    }

    /// <summary>The second half of <see cref="CloseTick"/>: decides.</summary>
    internal IReadOnlyList<Decision> Decide(DateTimeOffset now)
    {
        decisions.Clear();
        if (rollout is { IsOver: false, Evidence: { } evidence })
        {
            evidence.Consult(Peers, this, View.Id, Policy, now);
        }

        Advance(now);
        return decisions;
    }

    /// <summary>Takes over a finished tick of another workload.</summary>
    internal void ObserveElsewhere(in SignalTick tick)
    {
        if (rollout is { IsOver: false, Evidence: { } evidence })
        {
            evidence.Observe(tick with { IsOwn = false });
        }
    }

    /// <summary>Takes note of what became of an action.</summary>
    /// <returns>The decisions that follow, in order; valid until the next call.</returns>
    public IReadOnlyList<Decision> Observe(ActionReport report)
    {
        decisions.Clear();
        rollout?.Answer(report.Decision, report.Outcome, report.At);
        rollout?.TakeDecisions(decisions);
        return decisions;
    }

    /// <summary>The workload is gone, or no longer guarded.</summary>
    /// <returns>The decisions that follow, in order; valid until the next call.</returns>
    public IReadOnlyList<Decision> Remove(DateTimeOffset now, string reason = "the workload is gone")
    {
        decisions.Clear();
        EndRollout(RolloutOutcome.Removed, now, reason);
        return decisions;
    }

    /// <summary>What is known of the workload and its rollout, for people.</summary>
    public GuardStatus Describe() => GuardStatus.Of(this);

    /// <summary>Whether it could be rolled back now.</summary>
    public RollbackReadiness RollbackReadiness => RollbackReadiness.Of(View, lastGood);

    /// <summary>The rollout being watched, or the last one; null when none has been seen.</summary>
    public RolloutId? RolloutId => rollout?.Id;

    /// <summary>Whether a rollout is being watched.</summary>
    public bool IsWatching => rollout is { IsOver: false };

    /// <summary>What is known of the rollout being watched; null when none is.</summary>
    public RolloutStatus? ActiveRollout() => rollout is { IsOver: false } watched ? RolloutStatus.Of(watched, this) : null;

    /// <summary>Everything needed to go on as if nothing had happened.</summary>
    public GuardSnapshot Capture() => new(
        View, serving, lastGood, [.. rollbacks], rollout?.Capture(), [.. tracks.Select(t => t.Capture())], traffic.Capture(), podEvents.Capture(), RequestsPerSecond);

    /// <summary>Goes on from a snapshot.</summary>
    /// <param name="policy">
    /// The policy under which it was taken. One that has changed since loses the evidence of signals it no longer names.
    /// </param>
    /// <param name="snapshot">The snapshot.</param>
    /// <exception cref="ArgumentException">The snapshot does not fit: begin without it.</exception>
    public static GuardedWorkload Restore(GuardPolicy policy, GuardSnapshot snapshot)
    {
        var guarded = new GuardedWorkload(policy, snapshot.View)
        {
            serving = snapshot.Serving,
            lastGood = snapshot.LastGood,
            rollout = snapshot.Rollout is { } state ? Rollouts.Rollout.Restore(state, policy) : null,
            tracks = [.. policy.Signals.Select(d => TrackFrom(snapshot, d))],
            traffic = TrafficBaseline.Restore(snapshot.Traffic),
            podEvents = PodEvents.Restore(snapshot.PodEvents),
            RequestsPerSecond = snapshot.RequestsPerSecond,
        };
        foreach (var (revision, count) in snapshot.Rollbacks)
        {
            guarded.rollbacks.Add(revision, count);
        }

        return guarded;
    }

    Arm? IPodArms.ArmOf(PodId pod, DateTimeOffset since, SignalDefinition signal)
    {
        if (!pods.TryGetValue(pod, out var view)
            || (signal is SignalDefinition.Latency && !(since >= view.ReadySince + Policy.WarmUp)))
        {
            return null;
        }

        return ArmOf(view);
    }

    Arm? IPodArms.ReadyArmOf(PodId pod, DateTimeOffset since) =>
        pods.TryGetValue(pod, out var view) && since >= view.ReadySince + Settling ? ArmOf(view) : null;

    bool IPodArms.ControlIsGone
    {
        get
        {
            foreach (var pod in View.Pods)
            {
                if (ArmOf(pod) == Arm.Control)
                {
                    return false;
                }
            }

            return true;
        }
    }

    bool IPodArms.AllReadyReport(CounterLedger ledger)
    {
        var ready = 0;
        foreach (var pod in View.Pods)
        {
            if (pod.ReadySince is null)
            {
                continue;
            }

            ready++;
            if (!ledger.Pods.TryGetValue(pod.Id, out var counters) || !counters.Advanced)
            {
                return false;
            }
        }

        return ready > 0;
    }

    private Arm? ArmOf(PodView view)
    {
        var watched = rollout is { IsOver: false } ? rollout : null;
        var control = watched?.Id.From ?? serving;
        return view.Revision == control ? Arm.Control : view.Revision == watched?.Id.To ? Arm.Canary : null;
    }

    private static SignalTrack TrackFrom(GuardSnapshot snapshot, SignalDefinition signal)
    {
        foreach (var state in snapshot.Signals)
        {
            if (state.Signal == signal.Id)
            {
                return SignalTrack.Restore(state, signal);
            }
        }

        return new(signal);
    }

    private SignalTrack? TrackOf(SignalId signal)
    {
        foreach (var track in tracks)
        {
            if (track.Signal.Id == signal)
            {
                return track;
            }
        }

        return null;
    }

    private void IndexPods()
    {
        made.Clear();
        foreach (var pod in View.Pods)
        {
            if (pods.TryGetValue(pod.Id, out var known) && known.Uid != pod.Uid)
            {
                made.Add(pod.Id);
            }
        }

        pods.Clear();
        foreach (var pod in View.Pods)
        {
            pods[pod.Id] = pod;
        }

        foreach (var pod in made)
        {
            // Another pod under the same name (a StatefulSet's): its counters are not those of the one before, nor is its revision.
            foreach (var track in tracks)
            {
                track.Ledger.Forget(pod);
            }
        }
    }

    /// <summary>Notices that the workload's template asks for another revision than before.</summary>
    private void FollowRevision(DateTimeOffset now)
    {
        if (!View.Observed || View.CurrentRevision is not { } current)
        {
            return;
        }

        if (serving is null)
        {
            var other = RevisionHistory.ServingBeside(View, current);
            serving = lastGood = other is { } beside && !View.Quarantined.Contains(beside) ? beside : current;
        }

        if (rollout is { IsOver: false } watched)
        {
            if (watched.CameBack(View))
            {
                watched.EndRolledBack(View, watched.RollbackAskedTo!.Value, now);
                Settle(watched);
            }
            else if (watched.Id.To == current)
            {
                return;
            }
            else
            {
                LeaveRollout(watched, current, now);
            }
        }

        if (current != serving)
        {
            Begin(current, now);
        }
    }

    private void LeaveRollout(Rollout watched, RevisionId current, DateTimeOffset now)
    {
        if (watched.RollbackAskedTo == current)
        {
            watched.EndRolledBack(View, current, now);
        }
        else
        {
            var reverted = current == watched.Id.From || current == lastGood;
            watched.End(
                reverted ? RolloutOutcome.Reverted : RolloutOutcome.Superseded,
                now,
                reverted ? $"somebody else returned the workload to {current}" : $"replaced by a rollout to {current}");
        }

        serving = RevisionHistory.ServingBeside(View, current) ?? watched.Id.From;
        Settle(watched);
    }

    /// <summary>Draws the conclusions of a rollout that has just ended.</summary>
    private void Settle(Rollout ended)
    {
        ended.TakeDecisions(decisions);
        if (ended.RollbackAskedTo is not null)
        {
            // Even if somebody else may have been faster: what counts is that it does not go on for ever.
            rollbacks[ended.Id.To] = rollbacks.GetValueOrDefault(ended.Id.To) + 1;
        }

        switch (((RolloutPhase.Ended)ended.Phase).Outcome)
        {
            case RolloutOutcome.RolledBack:
                serving = lastGood = ended.RollbackAskedTo;
                break;
            case RolloutOutcome.Healthy:
                serving = lastGood = ended.Id.To;
                break;
            case RolloutOutcome.Reverted:
                serving = View.CurrentRevision ?? ended.Id.From;
                break;
            case RolloutOutcome.Undecided or RolloutOutcome.Blind:
                serving = ended.Id.To;
                break;
            default:
                break;
        }
    }

    private void Begin(RevisionId to, DateTimeOffset now)
    {
        var from = RevisionHistory.ServingBeside(View, to, preferred: lastGood) ?? serving!.Value;
        if (RevisionHistory.IsReturn(View, to, lastGood))
        {
            // A return to a revision known to be good is the cure, not a change to be judged.
            (serving, lastGood) = (to, to);
            if (rollout is null && View.Pause == PauseState.ByGuardrail)
            {
                // Held by an earlier process and taken back since: there is nothing to watch, but a pause to let go.
                rollout = NewRollout(from, to, now);
                rollout.End(RolloutOutcome.Reverted, now, $"somebody else returned the workload to {to}");
            }

            return;
        }

        rollout = NewRollout(from, to, now);
        podEvents.BeginRollout();
        rollout.Announce(now, $"watching the rollout from {from} to {to}");
    }

    private Rollout NewRollout(RevisionId from, RevisionId to, DateTimeOffset now)
    {
        var id = new RolloutId(View.Id, from, to, View.Revision(to)?.Number ?? 0);
        var budget = Policy.FalseRollbackBudget.Value * Math.Pow(0.5, rollbacks.GetValueOrDefault(to));
        return new Rollout(Policy, budget, id, View.Uid, RevisionHistory.FirstPodOf(View, to) ?? now, now);
    }

    private void Compare(SignalTrack track, DateTimeOffset now)
    {
        var tick = new SignalTick(now, View.Id, IsOwn: true, track, this);
        Listener?.Invoke(tick);
        if (rollout is not { IsOver: false } watched)
        {
            return;
        }

        if (watched.Evidence is null && (track.CanaryReports(this) || CanaryIsSilent(watched, now)))
        {
            watched.BeginComparison(Freeze(watched), now);
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
    private bool CanaryIsSilent(Rollout watched, DateTimeOffset now)
    {
        foreach (var pod in View.Pods)
        {
            if (pod.Revision == watched.Id.To && now - pod.ReadySince >= SilentTicks * Policy.Tick)
            {
                return true;
            }
        }

        return false;
    }

    private EvidenceBook Freeze(Rollout watched)
    {
        var (control, canary) = (0, 0);
        foreach (var pod in View.Pods)
        {
            control += ArmOf(pod) == Arm.Control ? 1 : 0;
            canary += ArmOf(pod) == Arm.Canary ? 1 : 0;
        }

        var requests = TrafficTrack is { HasData: true } track ? (track, traffic) : default((SignalTrack, TrafficBaseline)?);
        var count = new PodCount(View.DesiredReplicas, Math.Max(1, control), Math.Max(1, canary));
        return new(DetectorPlan.Make(Policy, watched.Budget, [.. tracks.Where(t => t.HasData)], requests, count, Peers));
    }

    /// <summary>The signal that counts the requests; null when none does.</summary>
    private SignalTrack? TrafficTrack
    {
        get
        {
            SignalTrack? latency = null;
            foreach (var track in tracks)
            {
                if (track.Signal is SignalDefinition.ErrorRate)
                {
                    return track;
                }

                latency ??= track.Signal is SignalDefinition.Latency ? track : null;
            }

            return latency;
        }
    }

    private void LearnTraffic(SignalTrack track)
    {
        if (track != TrafficTrack)
        {
            return;
        }

        traffic.LearnShares(track.Ledger, this);
        if (!((IPodArms)this).AllReadyReport(track.Ledger))
        {
            return;
        }

        var (requests, seconds) = track.Volume;
        RequestsPerSecond = seconds > 0 ? requests / seconds : RequestsPerSecond;
        if (seconds > 0 && rollout is not { IsOver: false, Evidence: not null })
        {
            traffic.LearnVolume(requests, seconds);
        }
    }

    private void CountPodEvents(DateTimeOffset now)
    {
        if (!podEvents.TickIsOver(now, Policy.Tick))
        {
            return;
        }

        var watched = rollout is { IsOver: false } ? rollout : null;
        var tally = podEvents.EndTick(View, watched?.Id.From, watched?.Id.To, now);
        watched?.Evidence?.Observe(new SignalTick(now, View.Id, IsOwn: true, null, this, tally, podEvents.Affected));
    }

    private void Advance(DateTimeOffset now)
    {
        if (rollout is not { } watched)
        {
            return;
        }

        var to = watched.Id.To;
        var contested = !watched.IsOver && rollbacks.GetValueOrDefault(to) >= MostRollbacks;
        var quarantine = View.Quarantined.Contains(to) && View.CurrentRevision == to
            ? $"{to} was rolled back before and has not been released"
            : null;
        var objection = contested
            ? $"{to} was rolled back {rollbacks[to]} times and came back: find out who or what writes it, then release it or take it back by hand"
            : null;
        var wasOver = watched.IsOver;
        watched.Advance(View, new(RollbackTarget.Choose(View, to, lastGood), objection), Gap, quarantine, now);
        watched.TakeDecisions(decisions);
        if (!wasOver && watched.IsOver)
        {
            Settle(watched);
        }
    }

    private void EndRollout(RolloutOutcome outcome, DateTimeOffset now, string reason)
    {
        if (rollout is { IsOver: false } watched)
        {
            watched.End(outcome, now, reason);
            watched.TakeDecisions(decisions);
        }
    }

    /// <summary>Why no signal tells anything now; null while at least one does.</summary>
    private string? Gap
    {
        get
        {
            foreach (var track in tracks)
            {
                if (track.Gap is null)
                {
                    return null;
                }
            }

            return tracks.Length == 0 ? "the policy names no signal" : tracks[0].Gap;
        }
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
    double? RequestsPerSecond);
