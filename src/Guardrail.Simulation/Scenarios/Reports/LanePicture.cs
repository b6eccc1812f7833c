using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Guardrail.Reporting;

namespace Guardrail.Simulation.Scenarios.Reports;

/// <summary>Draws a run as one lane per service: phases of rollouts, spoilt requests, and numbered flags where something happened.</summary>
internal sealed class LanePicture
{
    private const int NarrowBelow = 500;
    private const double FlagHeight = 22;
    private const double BarHeight = 18;
    private const double StripHeight = 6;
    private const double Right = 20;
    private const double NearestFlags = 20;

    // Digits are wider than ordinary letters.
    private const double DigitWidth = 8.3;

    private readonly ImmutableArray<Lane> lanes;
    private readonly int width;
    private readonly double left;
    private readonly double head;
    private readonly double laneHeight;
    private readonly AxisTicks x;
    private readonly StringBuilder svg = new();

    private LanePicture(ImmutableArray<Lane> lanes, TimeSpan from, TimeSpan to, int width)
    {
        (this.lanes, this.width) = (lanes, width);
        var isNarrow = width < NarrowBelow;
        left = isNarrow ? 8 : Math.Min(220, 16 + (1.08 * lanes.Max(lane => PlotLabels.Width(lane.Name))));
        head = isNarrow ? 20 : 0;
        laneHeight = head + FlagHeight + BarHeight + StripHeight + 12;
        x = AxisTicks.OfTime([from.TotalSeconds, to.TotalSeconds], width / 95);
    }

    private double Height => (lanes.Length * laneHeight) + 34;

    /// <summary>Number of the look in which a phase is drawn.</summary>
    public static int Look(string phase) => phase switch
    {
        "Waiting" => 6,
        "Comparing" => 0,
        "Held" => 4,
        "RollingBack" => 2,
        "NeedsPerson" => 7,
        _ => 3,
    };

    /// <summary>The picture as an <c>svg</c> element.</summary>
    /// <param name="lanes">The lanes, at least one.</param>
    /// <param name="from">Begin.</param>
    /// <param name="to">End.</param>
    /// <param name="width">Width in units of the text, which is 13 high.</param>
    public static string Render(ImmutableArray<Lane> lanes, TimeSpan from, TimeSpan to, int width)
    {
        var picture = new LanePicture(lanes, from, to, width);
        picture.Draw();
        return picture.svg.ToString();
    }

    private void Draw()
    {
        Write($"<svg class=\"lanes\" viewBox=\"0 0 {width} {Height:0}\" role=\"img\" aria-label=\"What happened to each service, and when\">");
        var bottom = Height - 28;
        foreach (var mark in x.Marks)
        {
            var (at, anchor) = AcrossTo(mark) > width - 40 ? (width, "end") : AcrossTo(mark) < 30 ? (0, "start") : (AcrossTo(mark), "middle");
            Write($"<line class=\"grid\" x1=\"{AcrossTo(mark):0.#}\" x2=\"{AcrossTo(mark):0.#}\" y1=\"4\" y2=\"{bottom:0.#}\"/>");
            Write($"<text x=\"{at:0.#}\" y=\"{bottom + 18:0.#}\" text-anchor=\"{anchor}\">{ReportText.Clock(mark)}</text>");
        }

        for (var i = 0; i < lanes.Length; i++)
        {
            Draw(lanes[i], i * laneHeight);
        }

        Write($"</svg>");
    }

    private void Draw(Lane lane, double top)
    {
        var bar = top + head + FlagHeight;
        var (nameX, nameY) = head > 0 ? (left, top + 13) : (0, bar + 13);
        Write($"<text class=\"service\" x=\"{nameX:0.#}\" y=\"{nameY:0.#}\">{ReportParts.Encode(Short(lane.Name))}</text>");
        Write($"<line class=\"calm\" x1=\"{left:0.#}\" x2=\"{width - Right}\" y1=\"{bar + (BarHeight / 2):0.#}\" y2=\"{bar + (BarHeight / 2):0.#}\"/>");
        foreach (var phase in lane.Phases)
        {
            Phase(phase, bar);
        }

        foreach (var stretch in lane.Spoilt)
        {
            var (from, length) = Extent(stretch);
            Write($"<rect class=\"s1\" x=\"{from:0.#}\" y=\"{bar + BarHeight + 2:0.#}\" width=\"{length:0.#}\" height=\"{StripHeight - 2}\"><title>requests spoilt, {Times(stretch)}</title></rect>");
        }

        foreach (var stretch in lane.Blind)
        {
            var (from, length) = Extent(stretch);
            Write($"<path class=\"blind\" d=\"M{from:0.#} {bar + BarHeight + StripHeight + 2:0.#}h{length:0.#}\"><title>no counters, {Times(stretch)}</title></path>");
        }

        Flags(lane, bar);
    }

    private void Phase(Stretch phase, double bar)
    {
        var (from, length) = Extent(phase);
        var words = ReportText.Phase(phase.What);
        Write($"<rect class=\"ground\" x=\"{from:0.#}\" y=\"{bar:0.#}\" width=\"{length:0.#}\" height=\"{BarHeight}\"/>");
        Write($"<g class=\"s{Look(phase.What)}\"><rect class=\"phase\" x=\"{from:0.#}\" y=\"{bar:0.#}\" width=\"{length:0.#}\" height=\"{BarHeight}\"><title>{words}, {Times(phase)}</title></rect>");
        Write($"<path class=\"edge\" d=\"M{from + 1.5:0.#} {bar:0.#}v{BarHeight}\"/></g>");
        if (PlotLabels.Width(words) + 12 < length)
        {
            Write($"<text class=\"label\" x=\"{from + 7:0.#}\" y=\"{bar + 13.5:0.#}\">{words}</text>");
        }
    }

    /// <summary>Flags that would lie on each other become one.</summary>
    private void Flags(Lane lane, double bar)
    {
        List<List<Happening>> flags = [];
        foreach (var happening in lane.Happenings)
        {
            if (flags.Count > 0 && AcrossTo(happening.At.TotalSeconds) - AcrossTo(flags[^1][0].At.TotalSeconds) < Breadth(flags[^1]))
            {
                flags[^1].Add(happening);
            }
            else
            {
                flags.Add([happening]);
            }
        }

        foreach (var flag in flags)
        {
            var (at, text, breadth) = (AcrossTo(flag[0].At.TotalSeconds), Numbers(flag), Breadth(flag));
            var from = Math.Max(1, Math.Min(at - 9, width - breadth));
            var titles = ReportParts.Encode(string.Join("; ", flag.Take(6).Select(h => $"{h.Number} {h.What}")));
            Write($"<g><title>{titles}</title><line class=\"axis\" x1=\"{at:0.#}\" x2=\"{at:0.#}\" y1=\"{bar - 4:0.#}\" y2=\"{bar + BarHeight:0.#}\"/>");
            Write($"<rect class=\"flag{(flag.Any(h => h.Weight == 2) ? " acted" : "")}\" x=\"{from:0.#}\" y=\"{bar - FlagHeight + 1:0.#}\" width=\"{breadth - 2:0.#}\" height=\"17\" rx=\"8\"/>");
            Write($"<text class=\"label\" x=\"{from + ((breadth - 2) / 2):0.#}\" y=\"{bar - FlagHeight + 14:0.#}\" text-anchor=\"middle\">{text}</text></g>");
        }
    }

    private static double Breadth(List<Happening> flag) => Math.Max(NearestFlags, Numbers(flag).Sum(sign => sign switch { '…' => 13, '–' => 6.5, _ => DigitWidth }) + 9);

    /// <summary>Numbers of a flag: one, all from one to another, or some between them.</summary>
    private static string Numbers(List<Happening> flag)
    {
        var (first, last) = (flag[0].Number, flag[^1].Number);
        return flag.Count == 1 ? ReportText.Number(first) : $"{ReportText.Number(first)}{(last - first == flag.Count - 1 ? "–" : "…")}{ReportText.Number(last)}";
    }

    private static string Short(string name) => name.Length <= 28 ? name : name[..27] + "…";

    private static string Times(Stretch stretch) => $"{ReportText.Clock(stretch.From)} to {ReportText.Clock(stretch.To)}";

    private (double From, double Length) Extent(Stretch stretch)
    {
        var from = AcrossTo(stretch.From.TotalSeconds);
        return (from, Math.Max(2, AcrossTo(stretch.To.TotalSeconds) - from));
    }

    private double AcrossTo(double seconds) => left + (x.Position(seconds) * (width - Right - left));

    private void Write(FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture));
}
