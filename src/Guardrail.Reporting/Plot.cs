using System.Collections.Immutable;

namespace Guardrail.Reporting;

/// <summary>A plot: lines, points or bands over two axes.</summary>
/// <param name="Title">What it shows, as a heading.</param>
/// <param name="Caption">How to read it, in a sentence or two.</param>
/// <param name="X">The horizontal axis.</param>
/// <param name="Y">The vertical axis.</param>
/// <param name="Series">What is drawn.</param>
public sealed record Plot(string Title, string Caption, PlotAxis X, PlotAxis Y, ImmutableArray<PlotSeries> Series)
{
    /// <summary>Lines right across at values of the vertical axis, such as thresholds; named at their left end. Default: none.</summary>
    public ImmutableArray<PlotRule> Thresholds { get; init; } = [];

    /// <summary>Lines straight down at values of the horizontal axis, such as what happened when; named above. Default: none.</summary>
    public ImmutableArray<PlotRule> Moments { get; init; } = [];

    /// <summary>
    /// Whether lines are named at their right ends where the drawing is wide enough, and a legend stands beside narrow ones only. Default false: a legend.
    /// </summary>
    public bool IsDirect { get; init; }
}

/// <summary>An axis.</summary>
/// <param name="Label">What it measures, with its unit.</param>
/// <param name="IsLogarithmic">Whether it is logarithmic; points at or below 0 are then drawn at its lower end.</param>
public sealed record PlotAxis(string Label, bool IsLogarithmic = false)
{
    /// <summary>How a value is written. Default: short, as 1,200 or 0.05 %.</summary>
    public Func<double, string> Format { get; init; } = AxisTicks.Plain;

    /// <summary>Whether it is time in seconds, which is marked at whole seconds, minutes, hours or days. Default false.</summary>
    public bool IsTime { get; init; }

    /// <summary>Lowest value that the axis reaches to at least; what lies below is drawn there. Null: the lowest of the values.</summary>
    public double? Low { get; init; }

    /// <summary>Highest value that the axis reaches to at least; what lies above is drawn there. Null: the highest of the values.</summary>
    public double? High { get; init; }
}

/// <summary>A line across a plot.</summary>
/// <param name="At">Where.</param>
/// <param name="Label">What it is.</param>
public readonly record struct PlotRule(double At, string Label);

/// <summary>One line or cloud of points.</summary>
/// <param name="Name">Name in the legend, or at the end of the line.</param>
/// <param name="Points">The points, in the order in which a line joins them.</param>
/// <param name="IsJoined">Whether a line joins them.</param>
/// <param name="IsOurs">Whether it stands out from the others.</param>
public sealed record PlotSeries(string Name, ImmutableArray<PlotPoint> Points, bool IsJoined = true, bool IsOurs = false)
{
    /// <summary>Whether each point has a mark. Default true.</summary>
    public bool HasMarks { get; init; } = true;

    /// <summary>Area behind the line, such as an interval. Default: none.</summary>
    public ImmutableArray<PlotBand> Band { get; init; } = [];

    /// <summary>Number of the look: colour and mark. Null: the next one.</summary>
    public int? Look { get; init; }
}

/// <summary>A point.</summary>
/// <param name="X">Where on the horizontal axis.</param>
/// <param name="Y">Where on the vertical axis.</param>
/// <param name="Note">What is told when it is pointed at, besides its coordinates; null for nothing.</param>
public readonly record struct PlotPoint(double X, double Y, string? Note = null);

/// <summary>One upright slice of a band.</summary>
/// <param name="X">Where on the horizontal axis.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public readonly record struct PlotBand(double X, double Low, double High);
