using System.Collections.Immutable;
using Guardrail.Engine.Workloads;
using Guardrail.Statistics;

namespace Guardrail.Engine.Counting;

/// <summary>
/// Counts restarts and losses of readiness of a workload's pods, at most one per pod and tick, and how long the pods of either revision have lived
/// meanwhile (detection.md D5).
/// </summary>
internal sealed class PodEvents
{
    private readonly Dictionary<PodId, PodMark> marks = [];
    private readonly HashSet<PodId> affected = [];
    private readonly List<PodId> gone = [];
    private DateTimeOffset? last;

    /// <summary>Pods of the new revision that had such an event since the rollout began.</summary>
    public int Affected => affected.Count;

    /// <summary>Begins to count for another rollout.</summary>
    public void BeginRollout() => affected.Clear();

    /// <summary>Whether a tick is over.</summary>
    public bool TickIsOver(DateTimeOffset now, TimeSpan tick) => last is null || now - last >= tick || now < last;

    /// <summary>Ends a tick.</summary>
    /// <param name="view">The workload now.</param>
    /// <param name="from">Old revision; null while nothing is rolled out.</param>
    /// <param name="to">New revision; null while nothing is rolled out.</param>
    /// <param name="now">The time.</param>
    public TwoArmTally EndTick(WorkloadView view, RevisionId? from, RevisionId? to, DateTimeOffset now)
    {
        var tally = default(TwoArmTally);
        var time = last is { } before && now > before ? (long)(now - before).TotalMilliseconds : 0;
        last = now;
        foreach (var pod in view.Pods)
        {
            var mark = new PodMark(pod.Uid, pod.Restarts, pod.ReadySince is not null);
            var happened = marks.TryGetValue(pod.Id, out var known) && known.Uid == mark.Uid
                && (mark.Restarts > known.Restarts || (known.Ready && !mark.Ready)) ? 1 : 0;
            marks[pod.Id] = mark;
            if (pod.Revision == to)
            {
                tally = new(tally.ControlTotal, tally.CanaryTotal + time, tally.ControlEvents, tally.CanaryEvents + happened);
                if (happened > 0)
                {
                    affected.Add(pod.Id);
                }
            }
            else if (pod.Revision == from)
            {
                tally = new(tally.ControlTotal + time, tally.CanaryTotal, tally.ControlEvents + happened, tally.CanaryEvents);
            }
        }

        LetGo(view);
        return tally;
    }

    public PodEventsState Capture() => new(last, [.. marks], [.. affected]);

    public static PodEvents Restore(PodEventsState state)
    {
        var events = new PodEvents { last = state.Last };
        foreach (var (pod, mark) in state.Marks)
        {
            events.marks.Add(pod, mark);
        }

        events.affected.UnionWith(state.Affected);
        return events;
    }

    private void LetGo(WorkloadView view)
    {
        if (marks.Count <= view.Pods.Length)
        {
            return;
        }

        foreach (var pod in marks.Keys)
        {
            gone.Add(pod);
        }

        foreach (var pod in view.Pods)
        {
            gone.Remove(pod.Id);
        }

        foreach (var pod in gone)
        {
            marks.Remove(pod);
        }

        gone.Clear();
    }
}

/// <summary>What was last seen of a pod.</summary>
public readonly record struct PodMark(string Uid, int Restarts, bool Ready);

/// <summary>State of the pods' events, for snapshots.</summary>
public sealed record PodEventsState(DateTimeOffset? Last, ImmutableArray<KeyValuePair<PodId, PodMark>> Marks, ImmutableArray<PodId> Affected);
