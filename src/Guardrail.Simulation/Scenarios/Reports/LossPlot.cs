using System.Collections.Immutable;
using Guardrail.Reporting;

namespace Guardrail.Simulation.Scenarios.Reports;

/// <summary>Requests that were spoilt, with Guardrail and without, summed up over time.</summary>
internal static class LossPlot
{
    private const int MostPoints = 300;

    /// <summary>The plot; null when one of the runs keeps no ticks, or nothing was spoilt.</summary>
    public static Plot? Of(ScenarioRun guarded, ScenarioRun? unguarded)
    {
        if (unguarded is null || guarded.Services.IsEmpty || unguarded.Services.IsEmpty || guarded.Truth.BadRequests + unguarded.Truth.BadRequests == 0)
        {
            return null;
        }

        return new(
            "Requests spoilt so far",
            "Failed, slowed or lost because of a revision that was rolled out, at its own service or at its callers; the same seed played twice.",
            new("virtual time") { IsTime = true, Format = ReportText.Clock, Low = 0 },
            new("requests") { Format = value => ReportText.Number((long)Math.Round(value)) },
            [
                new($"without: {ReportText.Number(unguarded.Truth.BadRequests)}", Sums(unguarded)) { HasMarks = false, Look = 7 },
                new($"Guardrail: {ReportText.Number(guarded.Truth.BadRequests)}", Sums(guarded), IsOurs: true) { HasMarks = false, Look = 2 },
            ])
        { IsDirect = true };
    }

    private static ImmutableArray<PlotPoint> Sums(ScenarioRun run)
    {
        List<PlotPoint> points = [new(0, 0)];
        var sum = 0L;
        foreach (var tick in run.Services.SelectMany(s => s.Ticks).GroupBy(t => t.At).OrderBy(g => g.Key))
        {
            sum += tick.Sum(t => t.BadRequests);
            points.Add(new(tick.Key.TotalSeconds, sum));
        }

        return Thinning.Keep(points, MostPoints);
    }
}
