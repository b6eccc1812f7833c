using System.Collections.Immutable;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Workloads;

namespace Guardrail.Speed;

/// <summary>A healthy rollout of 20 pods, two of them new, each answering about 50 requests a second. The same numbers every time.</summary>
internal static class SampleRollout
{
    /// <summary>Ticks before the new pods.</summary>
    public const int HistoryTicks = 120;

    private const int OldPods = 18;
    private const int Pods = 20;
    private const int RequestsPerTick = 250;

    private static readonly ImmutableArray<double> Edges = [0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10];
    private static readonly double[] Slower = [1, 0.999, 0.95, 0.75, 0.37, 0.18, 0.05, 0.006, 0.001, 0.0004, 0.0001, 0.00003];
    private static readonly DateTimeOffset Origin = DateTimeOffset.UnixEpoch.AddYears(50);
    private static readonly WorkloadId Workload = new("bench", WorkloadKind.Deployment, "shop");
    private static readonly RevisionId Old = new("old");
    private static readonly RevisionId New = new("new");
    private static readonly GuardPolicy Policy = new() { Name = "defaults", Namespace = "bench", Autonomy = Autonomy.Enforce };

    /// <summary>What the source is asked for.</summary>
    public static MetricScope Scope { get; } = new(Policy.Signals, ["bench"], []);

    /// <summary>The workload.</summary>
    public static GuardedWorkload Find(Fleet fleet) => fleet.Find(Workload)!;

    /// <summary>The readings, tick by tick.</summary>
    public static IReadOnlyList<MetricReport> Reports(int ticks)
    {
        var counters = new Counters[Pods];
        for (var pod = 0; pod < Pods; pod++)
        {
            counters[pod] = new(pod);
        }

        return [.. Enumerable.Range(0, ticks).Select(tick => Report(tick, counters))];
    }

    /// <summary>A fleet that has seen the history, and then the new pods.</summary>
    public static Fleet Begin(IReadOnlyList<MetricReport> reports)
    {
        var fleet = new Fleet([Policy]);
        fleet.Observe(new WorkloadChange.Changed(View(isRolling: false)), Origin);
        for (var tick = 0; tick < HistoryTicks; tick++)
        {
            fleet.Observe(Scope, reports[tick]);
        }

        fleet.Observe(new WorkloadChange.Changed(View(isRolling: true)), At(HistoryTicks - 1));
        return fleet;
    }

    private static DateTimeOffset At(int tick) => Origin.AddSeconds(5 * tick);

    private static MetricReport Report(int tick, Counters[] counters)
    {
        var seen = tick < HistoryTicks ? OldPods : Pods;
        for (var pod = 0; pod < seen; pod++)
        {
            counters[pod].Advance();
        }

        ImmutableArray<PodReading> errors = [.. counters[..seen].Select((pod, i) => new PodReading(Id(i), At(tick), [new(string.Empty, pod.Requests, [pod.Errors])]))];
        ImmutableArray<PodReading> latency = [.. counters[..seen].Select((pod, i) => new PodReading(Id(i), At(tick), [new(string.Empty, pod.Requests, [.. pod.Beyond])]))];
        return new(At(tick), [new SignalReport.Counters(Policy.Signals[0].Id, [], errors, []), new SignalReport.Counters(Policy.Signals[1].Id, Edges, latency, [])]);
    }

    private static PodId Id(int pod) => new("bench", $"shop-{pod}");

    private static WorkloadView View(bool isRolling)
    {
        var earlier = new RevisionView { Id = Old, Number = 1, DesiredReplicas = OldPods, KnownGood = true };
        return new()
        {
            Id = Workload,
            Uid = "uid",
            Generation = isRolling ? 2 : 1,
            DesiredReplicas = isRolling ? Pods : OldPods,
            CurrentRevision = isRolling ? New : Old,
            Revisions = isRolling ? [earlier, new() { Id = New, Number = 2, DesiredReplicas = Pods - OldPods }] : [earlier],
            Pods = [.. Enumerable.Range(0, isRolling ? Pods : OldPods).Select(Pod)],
        };
    }

    private static PodView Pod(int pod)
    {
        var since = pod < OldPods ? Origin.AddDays(-1) : At(HistoryTicks - 1);
        return new() { Id = Id(pod), Uid = Id(pod).Name, Revision = pod < OldPods ? Old : New, CreatedAt = since, ReadySince = since };
    }

    /// <summary>Counters of one pod. Which requests fail or are slow follows a fixed pattern with the right frequencies.</summary>
    private sealed class Counters(int pod)
    {
        private uint state = (uint)(pod + 1) * 2654435761;

        public long Requests { get; private set; }

        public long Errors { get; private set; }

        public long[] Beyond { get; } = new long[Edges.Length];

        public void Advance()
        {
            for (var i = 0; i < RequestsPerTick; i++)
            {
                Requests++;
                Errors += Next() < 0.001 ? 1 : 0;
                var slowness = Next();
                for (var edge = 0; edge < Beyond.Length && slowness < Slower[edge]; edge++)
                {
                    Beyond[edge]++;
                }
            }
        }

        // A linear congruence is noise enough for counts, and the same everywhere.
        private double Next()
        {
            state = (state * 1664525) + 1013904223;
            return state / 4294967296.0;
        }
    }
}
