using System.Collections.Immutable;
using Guardrail.Reporting;

namespace Guardrail.Simulation.Scenarios.Reports;

/// <summary>Error rates of both arms of a rollout, with intervals.</summary>
internal static class RatePlot
{
    private const int MostPoints = 160;

    // Beyond so many times the higher rate an interval only says that little is known yet.
    private const double Headroom = 2.5;

    /// <summary>The plot; null when no request of the new revision was answered.</summary>
    public static Plot? Of(RolloutSpan span)
    {
        List<(double At, ArmTotals Old, ArmTotals Fresh)> all = [];
        var (old, fresh) = (default(ArmTotals), default(ArmTotals));
        foreach (var tick in span.Compared.SkipWhile(t => t.Canary is { Pods: 0, Requests: 0 }))
        {
            (old, fresh) = (old.And(tick.Control), fresh.And(tick.Canary));
            all.Add((tick.At.TotalSeconds, old, fresh));
        }

        if (fresh.Requests == 0)
        {
            return null;
        }

        var drawn = Thinning.Even(all, MostPoints);
        var highest = drawn.Skip(drawn.Count / 4).SelectMany(p => new[] { p.Old.Rate, p.Fresh.Rate }).Where(double.IsFinite).DefaultIfEmpty(0).Max();
        var rollout = span.Rollout;
        return new(
            "Error rates",
            "Lines: share of 5xx among all requests since the new revision serves. Areas: 95 % intervals that hold at every moment at once, if requests fail independently (Guardrail widens its own where they come in bursts).",
            SpanAxis.Of(span),
            new("errors, share of requests") { Format = ReportText.Percent, High = Math.Max(highest * Headroom, 0.002) },
            [
                Line($"new, {rollout.To}", 1, p => p.Fresh),
                Line($"old, {rollout.From}", 0, p => p.Old),
            ])
        {
            Moments = SpanAxis.Moments(span),
            IsDirect = true,
        };

        PlotSeries Line(string name, int look, Func<(double At, ArmTotals Old, ArmTotals Fresh), ArmTotals> arm) =>
            new(name, [.. drawn.Where(p => arm(p).Requests > 0).Select(p => new PlotPoint(p.At, arm(p).Rate))])
            {
                HasMarks = false,
                Look = look,
                Band = [.. drawn.Where(p => arm(p).Requests > 0).Select(p => Slice(p.At, arm(p)))],
            };
    }

    private static PlotBand Slice(double at, ArmTotals arm) => arm.Interval() is var (low, high) ? new(at, low, high) : new(at, 0, 1);
}
