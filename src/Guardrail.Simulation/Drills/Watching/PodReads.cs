namespace Guardrail.Simulation.Drills;

/// <summary>Reads the counters of a service's pods tick by tick: a pod that is gone takes what it counted last with it, as for any monitoring system.</summary>
internal sealed class PodReads(int edges)
{
    private Dictionary<string, WatchedPod> known = new(StringComparer.Ordinal);

    /// <summary>What has been counted since it was last read.</summary>
    public TickCounts Read(IReadOnlyList<WatchedPod> pods, double seconds)
    {
        var sum = new TickCounts(seconds, 0, 0, 0, 0, new long[edges]);
        foreach (var now in pods)
        {
            var before = known.GetValueOrDefault(now.Uid);

            // Counters that went back began anew.
            var from = before is null || now.Requests < before.Requests || before.Slower.Length != now.Slower.Length ? null : before;
            sum += new TickCounts(
                0,
                now.Requests - (from?.Requests ?? 0),
                now.Errors - (from?.Errors ?? 0),
                now.Orders - (from?.Orders ?? 0),
                now.Restarts - (before?.Restarts ?? 0),
                now.Slower.Length != edges ? [] : from is null ? now.Slower : [.. now.Slower.Zip(from.Slower, (a, b) => a - b)]);
        }

        known = pods.ToDictionary(p => p.Uid, StringComparer.Ordinal);
        return sum;
    }
}
