using System.Collections.Immutable;
using Guardrail.Reporting;

namespace Guardrail.Simulation.Scenarios.Reports;

/// <summary>How slow the slowest requests of both arms were.</summary>
internal static class TailPlot
{
    /// <summary>The plot; null when latency is not measured or an arm answered nothing.</summary>
    /// <param name="span">The rollout.</param>
    /// <param name="edges">Edges of the histograms, in seconds.</param>
    /// <param name="warmUp">Time after a rollout's beginning that Guardrail leaves out of its comparison of latencies.</param>
    public static Plot? Of(RolloutSpan span, ImmutableArray<double> edges, TimeSpan warmUp)
    {
        var (old, fresh) = (new Tail(edges.Length), new Tail(edges.Length));
        foreach (var tick in span.Compared)
        {
            old.Add(tick.Control);
            fresh.Add(tick.Canary!);
        }

        if (edges.IsEmpty || old.Requests == 0 || fresh.Requests == 0)
        {
            return null;
        }

        return new(
            "Latency tails",
            $"Share of requests that took longer than so many seconds, over the whole comparison, at the edges of the histogram; a line ends where none took longer. New pods are slower while they warm up; Guardrail leaves the first {ReportText.Time(warmUp)} of each out of its comparison of latencies, this plot does not.",
            new("seconds", true) { Format = AxisTicks.Plain },
            new("share slower", true) { Format = ReportText.Percent },
            [
                new($"new, {span.Rollout.To}", fresh.Points(edges)) { Look = 1 },
                new($"old, {span.Rollout.From}", old.Points(edges)) { Look = 0 },
            ]);
    }

    private sealed class Tail(int edges)
    {
        private readonly long[] slower = new long[edges];

        public long Requests { get; private set; }

        public void Add(ArmTick arm)
        {
            if (arm.Slower.Length == slower.Length)
            {
                Requests += arm.Requests;
                for (var i = 0; i < slower.Length; i++)
                {
                    slower[i] += arm.Slower[i];
                }
            }
        }

        public ImmutableArray<PlotPoint> Points(ImmutableArray<double> edges) =>
            [.. edges.Select((edge, i) => new PlotPoint(edge, (double)slower[i] / Requests, $"{ReportText.Number(slower[i])} of {ReportText.Number(Requests)}")).Where(p => p.Y > 0)];
    }
}
