using System.Collections.Immutable;

namespace Guardrail.Simulation.Scenarios.Play;

/// <summary>Counts for a timeline what the pods of a service's newest revision served in a tick, and what all others did.</summary>
internal sealed class ArmCounter(ImmutableArray<double> edges)
{
    private readonly long[] control = new long[edges.Length + 2];
    private readonly long[] canary = new long[edges.Length + 2];
    private readonly long[] now = new long[edges.Length + 2];

    /// <summary>The revision rolled out last; null before the first rollout.</summary>
    public VirtualRevision? Newest { get; set; }

    /// <summary>Takes what a pod counted since it was last taken.</summary>
    public void Take(VirtualPod pod)
    {
        if (pod.Counted.Length == 0)
        {
            pod.Counted = new long[now.Length];
        }

        var counters = pod.Traffic.Counters;
        (now[0], now[1]) = (counters.TotalRequests, counters.TotalErrors);
        if (counters.Edges.Length == edges.Length)
        {
            counters.SlowerThanEach(now.AsSpan(2));
        }

        var arm = pod.Revision == Newest ? canary : control;
        for (var i = 0; i < now.Length; i++)
        {
            arm[i] += now[i] - pod.Counted[i];
            pod.Counted[i] = now[i];
        }
    }

    public (ArmTick Control, ArmTick? Canary) Close(IReadOnlyList<VirtualPod> pods, bool hasLatency)
    {
        var (old, fresh) = (0, 0);
        foreach (var pod in pods)
        {
            var ready = pod.ReadySince is null ? 0 : 1;
            (old, fresh) = pod.Revision == Newest ? (old, fresh + ready) : (old + ready, fresh);
        }

        return (Take(control, old, hasLatency), Newest is null ? null : Take(canary, fresh, hasLatency));
    }

    private static ArmTick Take(long[] arm, int pods, bool hasLatency)
    {
        var tick = new ArmTick(pods, arm[0], arm[1], hasLatency ? [.. arm.AsSpan(2)] : []);
        Array.Clear(arm);
        return tick;
    }
}
