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
        + "after two minutes the new pod's are drawn from a regression alone, for 28 minutes. Ticks of 5 s, default histogram edges. Size is the ratio of the medians.";

    private static readonly ImmutableArray<double> Edges = LatencyModel.DefaultEdges;
    private static readonly ReplayShape Shape = new(TimeSpan.FromSeconds(5), Edges, false, 9, 1, false);
    private static readonly double[] Sizes = [1.2, 1.4, 1.6, 1.8, double.PositiveInfinity];

    /// <summary>The report.</summary>
    public static SetReport Report(DelagData data)
    {
        var cases = data.Scenarios.SelectMany(scenario => scenario.Regressed.OrderBy(slow => slow.Key).Select(slow => (
            Ordinary: scenario.Ordinary, Slow: slow.Value, Class: slow.Key, Size: Median(slow.Value) / Median(scenario.Ordinary)))).ToList();
        var outcomes = Trials.All("delag", cases.Count, (i, random) => Play(cases[i].Ordinary, cases[i].Slow, random));
        var rows = cases.Zip(outcomes, (one, outcome) => (one.Class, Bin: Array.FindIndex(Sizes, size => one.Size < size), Outcome: outcome))
            .GroupBy(row => row.Bin).OrderBy(group => group.Key)
            .Select(group => Trials.Power(Size(group.Key), [.. group.Select(row => row.Outcome)]));
        var well = Trials.All("delag ordinary", data.Scenarios.Count, (i, random) => Play(data.Scenarios[i].Ordinary, data.Scenarios[i].Ordinary, random));
        return new(
            "delag",
            About,
            [
                new("power against size", [.. rows, Trials.Power("all", outcomes)]),
                new("ordinary against ordinary", [Trials.False("ordinary", well)]),
            ]);
    }

    private static string Size(int bin) => bin == 0
        ? Text($"below ×{Sizes[0]}")
        : double.IsInfinity(Sizes[bin]) ? Text($"×{Sizes[bin - 1]} and more") : Text($"×{Sizes[bin - 1]} to ×{Sizes[bin]}");

    private static TrialOutcome Play(IReadOnlyList<double> ordinary, IReadOnlyList<double> slow, RandomSource random)
    {
        var (usual, regressed) = (Buckets(ordinary), Buckets(slow));
        return Trials.Play(
            Shape,
            Draw(usual, ControlPerTick + CanaryPerTick, random).Take(HistoryTicks),
            Draw(usual, ControlPerTick, random),
            Draw(usual, CanaryPerTick, random),
            Draw(regressed, CanaryPerTick, random).Take(FaultTicks),
            random);
    }

    /// <summary>For each request the edges that it exceeds.</summary>
    private static byte[] Buckets(IReadOnlyList<double> milliseconds) => [.. milliseconds.Select(value => (byte)Edges.Count(edge => value / 1000 > edge))];

    private static IEnumerable<Batch> Draw(byte[] buckets, int requests, RandomSource random)
    {
        var slower = new long[Edges.Length];
        while (true)
        {
            Array.Clear(slower);
            for (var i = 0; i < requests; i++)
            {
                for (var edge = buckets[random.NextInt32(buckets.Length)] - 1; edge >= 0; edge--)
                {
                    slower[edge]++;
                }
            }

            yield return new(requests, 0, [.. slower]);
        }
    }

    private static double Median(IReadOnlyList<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : sorted[sorted.Length / 2];
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
