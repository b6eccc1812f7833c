using System.Collections.Immutable;
using Guardrail.Simulation.Scenarios.Play;

namespace Guardrail.Simulation.Drills;

/// <summary>Reads the counters of a service's pods tick by tick: a pod that is gone takes what it counted last with it, as for any monitoring system.</summary>
internal sealed class PodReads(ImmutableArray<double> edges)
{
    private readonly Dictionary<string, Last> known = new(StringComparer.Ordinal);
    private readonly HashSet<string> there = new(StringComparer.Ordinal);

    /// <summary>What has been counted since it was last read.</summary>
    public TickCounts Read(PlayedService service, double seconds)
    {
        var sum = new TickCounts(seconds, 0, 0, 0, 0, edges.IsEmpty ? [] : new long[edges.Length]);
        there.Clear();
        foreach (var pod in service.Deployment?.Pods ?? [])
        {
            there.Add(pod.Uid);
            var counters = pod.Traffic.Counters;
            var slower = new long[counters.Edges.Length == edges.Length ? edges.Length : 0];
            if (slower.Length > 0)
            {
                counters.SlowerThanEach(slower);
            }

            var now = new Last(counters.TotalRequests, counters.TotalErrors, counters.Orders, pod.Restarts, slower);
            var before = known.GetValueOrDefault(pod.Uid) ?? new(0, 0, 0, 0, new long[slower.Length]);
            known[pod.Uid] = now;

            // Counters that went back began anew.
            var from = now.Requests < before.Requests ? new Last(0, 0, 0, before.Restarts, new long[slower.Length]) : before;
            sum += new TickCounts(
                0, now.Requests - from.Requests, now.Errors - from.Errors, now.Orders - from.Orders, now.Restarts - from.Restarts,
                [.. slower.Zip(from.Slower, (a, b) => a - b)]);
        }

        foreach (var gone in known.Keys.Where(uid => !there.Contains(uid)).ToArray())
        {
            known.Remove(gone);
        }

        return sum;
    }

    private sealed record Last(long Requests, long Errors, long Orders, int Restarts, long[] Slower);
}
