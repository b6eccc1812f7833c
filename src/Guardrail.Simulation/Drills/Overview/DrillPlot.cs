using System.Collections.Immutable;
using System.Globalization;
using Guardrail.Reporting;

namespace Guardrail.Simulation.Drills;

/// <summary>The times of all drills, over their dates.</summary>
internal static class DrillPlot
{
    /// <summary>The plot; null when fewer than two drills have a time.</summary>
    public static Plot? Of(DrillOverview overview)
    {
        DrillResult[] timed = [.. overview.All.Where(d => d.Score is { Trouble: DrillTrouble.Rollout, Detected: not null })];
        if (timed.Length < 2)
        {
            return null;
        }

        var first = timed[0].StartedAt;
        return new(
            "Times, drill by drill",
            "Minutes from the first bad request. A drill in which it was not mitigated has no point on that line; drills of different scenarios are not alike.",
            new("", false) { Format = days => (first + TimeSpan.FromDays(days)).UtcDateTime.ToString("d MMM yy", CultureInfo.InvariantCulture) },
            new("minutes") { Low = 0 },
            [
                Series("mitigated", d => d.Mitigated) with { IsOurs = true },
                Series("decided", d => d.Decided),
                Series("detected", d => d.Detected),
            ]);

        PlotSeries Series(string name, Func<DrillScore, DrillMilestone?> of) => new(
            name,
            [.. timed.Where(d => of(d.Score) is not null).Select(d =>
                new PlotPoint((d.StartedAt - first).TotalDays, of(d.Score)!.Took.TotalMinutes, $"{DrillWords.Day(d.StartedAt)} {d.Scenario}: {name} after {DrillWords.Time(of(d.Score)!.Took)}"))]);
    }
}
