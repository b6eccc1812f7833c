using System.Collections.Immutable;
using System.Text;
using Guardrail.Reporting;

namespace Guardrail.Simulation.Scenarios.Reports;

/// <summary>What happened, as a picture and as a table.</summary>
internal static class ReportTimeline
{
    private const int MostHappenings = 150;
    private const int MostLanes = 24;
    private const int MostNames = 12;

    // On a telephone more lines would keep the reader from everything else.
    private const int MostOpen = 40;

    public static void Append(StringBuilder html, ScenarioResult result)
    {
        var run = result.Guarded;
        var happenings = Happening.Of(run, MostHappenings, out var left);
        var all = Lane.Of(result.Scenario, run, happenings);
        var busy = all.Where(lane => !lane.IsQuiet).ToImmutableArray();
        ReportParts.Append(html, "h2", "What happened");
        if (busy.IsEmpty)
        {
            ReportParts.Append(html, "p", "Nothing: nothing was rolled out, broke, or was decided.");
            return;
        }

        ImmutableArray<Lane> drawn = busy.Length <= MostLanes
            ? busy
            : [.. busy.OrderByDescending(l => l.Happenings.Select(h => h.Weight).DefaultIfEmpty().Max()).ThenByDescending(l => l.Spoilt.Length).Take(MostLanes).OrderBy(busy.IndexOf)];
        var (from, to) = Window(busy, result.Scenario.Duration);
        html.Append("<figure class=\"lanes\"><div class=\"wide\">").Append(LanePicture.Render(drawn, from, to, 1100));
        html.Append("</div><div class=\"narrow\">").Append(LanePicture.Render(drawn, from, to, 380)).Append("</div>\n");
        Legend(html, drawn);
        ReportParts.Append(html, "figcaption", Caption(all, busy.Length - drawn.Length, from, to, result.Scenario.Duration));
        html.Append("</figure>\n");
        var isLong = happenings.Length > MostOpen;
        html.Append(isLong ? "<details>" : "");
        ReportParts.Append(html, "summary", isLong ? $"The table: {ReportText.Number(happenings.Length)} lines" : "");
        ReportParts.Append(html, new ReportTable(
            ["#", "At", "Service", "What", "Why"],
            [.. happenings.Select(h => ImmutableArray.Create(ReportText.Number(h.Number), ReportText.Clock(h.At), h.Service ?? "all", h.What, h.Why))])
        { IsText = true });
        html.Append(isLong ? "</details>\n" : "");
        if (left > 0)
        {
            ReportParts.Append(html, "p", $"{ReportText.Count(left, "line", "lines")} of routine left out: steps of pacing, ends of watches, stamps.");
        }
    }

    /// <summary>The part of the run in which something happens, with a little before and after.</summary>
    private static (TimeSpan From, TimeSpan To) Window(ImmutableArray<Lane> lanes, TimeSpan duration)
    {
        List<TimeSpan> times = [.. lanes.SelectMany(l => l.Happenings).Select(h => h.At)];
        foreach (var stretch in lanes.SelectMany(l => l.Phases.Concat(l.Spoilt).Concat(l.Blind)))
        {
            times.Add(stretch.From);
            times.Add(stretch.To);
        }

        var pad = (times.Max() - times.Min()) / 25;
        pad = pad < TimeSpan.FromSeconds(15) ? TimeSpan.FromSeconds(15) : pad;
        var (from, to) = (times.Min() - pad, times.Max() + pad);
        return (from < TimeSpan.Zero ? TimeSpan.Zero : from, to > duration ? duration : to);
    }

    private static void Legend(StringBuilder html, ImmutableArray<Lane> lanes)
    {
        html.Append("<ul class=\"legend swatch\">");
        foreach (var phase in lanes.SelectMany(l => l.Phases).Select(p => p.What).Distinct())
        {
            Entry(LanePicture.Look(phase), $"Guardrail: {ReportText.Phase(phase)}{(phase == "Held" ? ", on suspicion or to compare" : "")}", 12);
        }

        if (lanes.Any(l => !l.Spoilt.IsEmpty))
        {
            Entry(1, "requests are spoilt", 4);
        }

        if (lanes.Any(l => !l.Blind.IsEmpty))
        {
            html.Append("<li><svg class=\"lanes\" width=\"14\" height=\"14\" aria-hidden=\"true\"><path class=\"blind\" d=\"M0 7h14\"/></svg>no counters can be read</li>");
        }

        html.Append("</ul>\n");

        void Entry(int look, string words, int height)
        {
            html.Append("<li class=\"s").Append(look).Append("\"><svg width=\"14\" height=\"14\" aria-hidden=\"true\"><rect x=\"1\" y=\"").Append(7 - (height / 2));
            html.Append("\" width=\"12\" height=\"").Append(height).Append(height < 10 ? "\" style=\"fill-opacity:1\"/></svg>" : "\"/></svg>").Append(ReportParts.Encode(words)).Append("</li>");
        }
    }

    private static string Caption(ImmutableArray<Lane> all, int undrawn, TimeSpan from, TimeSpan to, TimeSpan duration)
    {
        List<string> sentences = ["Flags have the numbers of the table below; where Guardrail took something back or called a person they are filled; one with … stands for some of the numbers from the first to the last."];
        if (to - from < 0.9 * duration)
        {
            sentences.Add($"Shown is {ReportText.Clock(from)} to {ReportText.Clock(to)} of {ReportText.Clock(duration)}; nothing happens before and after.");
        }

        var quiet = all.Where(lane => lane.IsQuiet).Select(lane => lane.Name).ToList();
        if (quiet.Count > 0)
        {
            sentences.Add(quiet.Count <= MostNames ? $"Nothing happened to {string.Join(", ", quiet)}." : $"Nothing happened to {ReportText.Number(quiet.Count)} more services.");
        }

        if (undrawn > 0)
        {
            sentences.Add($"{ReportText.Count(undrawn, "service", "services")} to which less happened are not drawn.");
        }

        return string.Join(' ', sentences);
    }
}
