using System.Collections.Immutable;

namespace Guardrail.Detection.Reporting;

/// <summary>A plot: lines or points over two axes.</summary>
/// <param name="Title">What it shows, as a heading.</param>
/// <param name="Caption">How to read it, in a sentence or two.</param>
/// <param name="X">The horizontal axis.</param>
/// <param name="Y">The vertical axis.</param>
/// <param name="Series">What is drawn.</param>
public sealed record Plot(string Title, string Caption, PlotAxis X, PlotAxis Y, ImmutableArray<PlotSeries> Series);

/// <summary>An axis.</summary>
/// <param name="Label">What it measures, with its unit.</param>
/// <param name="IsLogarithmic">Whether it is logarithmic; points at or below 0 are then drawn at its lower end.</param>
public sealed record PlotAxis(string Label, bool IsLogarithmic = false)
{
    /// <summary>How a value is written. Default: short, as 1,200 or 0.05 %.</summary>
    public Func<double, string> Format { get; init; } = AxisTicks.Plain;
}

/// <summary>One line or cloud of points.</summary>
/// <param name="Name">Name in the legend.</param>
/// <param name="Points">The points, in the order in which a line joins them.</param>
/// <param name="IsJoined">Whether a line joins them.</param>
/// <param name="IsOurs">Whether it stands out from the others.</param>
public sealed record PlotSeries(string Name, ImmutableArray<PlotPoint> Points, bool IsJoined = true, bool IsOurs = false);

/// <summary>A point.</summary>
/// <param name="X">Where on the horizontal axis.</param>
/// <param name="Y">Where on the vertical axis.</param>
/// <param name="Note">What is told when it is pointed at, besides its coordinates; null for nothing.</param>
public readonly record struct PlotPoint(double X, double Y, string? Note = null);
