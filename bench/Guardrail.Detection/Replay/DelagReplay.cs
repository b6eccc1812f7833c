using System.Collections.Immutable;
using System.Globalization;
using Guardrail.Detection.Recorded.Delag;
using Guardrail.Simulation.Traffic.Models;
using Guardrail.Simulation.Traffic.Randomness;

namespace Guardrail.Detection.Replay;

/// <summary>Replays small regressions of latency: requests drawn from the ordinary ones for the old revision, from a regression for the new one.</summary>
internal static class DelagReplay
{
    private const int ControlPerTick = 450;
    private const int CanaryPerTick = 50;
    private const int HistoryTicks = 60;
    private const int FaultTicks = 336;

    private const string About =
        "No times were recorded: nine old pods and a new one get 90 and 10 requests a second, drawn with replacement from the scenario's ordinary ones; "
        + "after two minutes the new pod's are drawn from a regression alone, for 28 minutes. Ticks of 5 s. Size is the ratio of the medians. Once with the edges that Prometheus libraries have by "
        + "default, of which few lie where these requests do, and once with edges a fifth apart, as a native histogram has them.";

    // From 10 ms to 10 s, each a fifth above the last.
    private static readonly ImmutableArray<double> FineEdges = [.. Enumerable.Range(0, 38).Select(i => Math.Round(0.01 * Math.Pow(1.2, i), 4))];
    private static readonly double[] Sizes = [1.2, 1.4, 1.6, 1.8, double.PositiveInfinity];

    /// <summary>The report.</summary>
    public static SetReport Report(DelagData data) =>
        new("delag", About, [.. Tables(data, "default edges", LatencyModel.DefaultEdges), .. Tables(data, "fine edges", FineEdges)]);

    private static ImmutableArray<SetTable> Tables(DelagData data, string name, ImmutableArray<double> edges)
    {
        var cases = data.Scenarios.SelectMany(scenario => scenario.Regressed.OrderBy(slow => slow.Key).Select(slow => (
            Ordinary: scenario.Ordinary, Slow: slow.Value, Size: Median(slow.Value) / Median(scenario.Ordinary)))).ToList();
        var outcomes = Trials.All($"delag {name}", cases.Count, (i, random) => Play(cases[i].Ordinary, cases[i].Slow, edges, random));
        var rows = cases.Zip(outcomes, (one, outcome) => (Bin: Array.FindIndex(Sizes, size => one.Size < size), Outcome: outcome))
            .GroupBy(row => row.Bin).OrderBy(group => group.Key)
            .Select(group => Trials.Power(Size(group.Key), [.. group.Select(row => row.Outcome)]));
        var well = Trials.All($"delag {name} ordinary", data.Scenarios.Count, (i, random) => Play(data.Scenarios[i].Ordinary, data.Scenarios[i].Ordinary, edges, random));
        return
        [
            new($"{name}: power against size", [.. rows, Trials.Power("all", outcomes)]),
            new($"{name}: ordinary against ordinary", [Trials.False("ordinary", well)]),
        ];
    }

    private static string Size(int bin) => bin == 0
        ? Text($"below ×{Sizes[0]}")
        : double.IsInfinity(Sizes[bin]) ? Text($"×{Sizes[bin - 1]} and more") : Text($"×{Sizes[bin - 1]} to ×{Sizes[bin]}");

    private static TrialOutcome Play(IReadOnlyList<double> ordinary, IReadOnlyList<double> slow, ImmutableArray<double> edges, RandomSource random)
    {
        var (usual, regressed) = (Buckets(ordinary, edges), Buckets(slow, edges));
        return Trials.Play(
            new(TimeSpan.FromSeconds(5), edges, false, 9, 1, false),
            Draw(usual, ControlPerTick + CanaryPerTick, edges.Length, random).Take(HistoryTicks),
            Draw(usual, ControlPerTick, edges.Length, random),
            Draw(usual, CanaryPerTick, edges.Length, random),
            Draw(regressed, CanaryPerTick, edges.Length, random).Take(FaultTicks),
            random);
    }

    /// <summary>For each request how many edges it exceeds.</summary>
    private static byte[] Buckets(IReadOnlyList<double> milliseconds, ImmutableArray<double> edges) =>
        [.. milliseconds.Select(value => (byte)edges.Count(edge => value / 1000 > edge))];

    private static IEnumerable<Batch> Draw(byte[] buckets, int requests, int edges, RandomSource random)
    {
        while (true)
        {
            var exceeding = new long[edges + 1];
            for (var i = 0; i < requests; i++)
            {
                exceeding[buckets[random.NextInt32(buckets.Length)]]++;
            }

            for (var edge = edges - 1; edge >= 0; edge--)
            {
                exceeding[edge] += exceeding[edge + 1];
            }

            yield return new(requests, 0, [.. exceeding.AsSpan(1)]);
        }
    }

    private static double Median(IReadOnlyList<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : sorted[sorted.Length / 2];
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
