using System.Globalization;
using System.Xml.Linq;
using Guardrail.Reporting;

namespace Guardrail.Reporting.Tests;

public sealed class ReportTests
{
    private static readonly Plot Sample = new(
        "Delay against <false> rollbacks",
        "Lower and further left is better.",
        new("False rollbacks a rollout", true) { Format = AxisTicks.Percent },
        new("Delay in seconds", true),
        [
            new("Guardrail", [new(0.0002, 20), new(0.001, 17), new(0.01, 12, "at defaults")], IsOurs: true),
            new("A & B", [new(0, 360), new(0.02, double.NaN), new(0.3, 60)]),
        ]);

    [TestCase(0, 97, 5, new double[] { 0, 20, 40, 60, 80, 100 })]
    [TestCase(3, 3, 4, new double[] { 0, 1, 2, 3 })]
    [TestCase(0, 0.013, 4, new[] { 0, 0.005, 0.01, 0.015 })]
    [TestCase(-4, 6, 5, new double[] { -4, -2, 0, 2, 4, 6 })]
    public void A_linear_axis_is_marked_at_round_numbers(double low, double high, int wanted, double[] marks) =>
        Assert.That(AxisTicks.Of([low, high], false, wanted).Marks, Is.EqualTo(marks).Within(1e-12));

    [TestCase(12, 850, 6, new double[] { 10, 20, 50, 100, 200, 500, 1000 })]
    [TestCase(0.0002, 0.3, 4, new[] { 0.0001, 0.001, 0.01, 0.1, 1 })]
    [TestCase(100, 100, 4, new double[] { 100, 200, 500, 1000 })]
    [TestCase(100, 100, 2, new double[] { 100, 1000 })]
    public void A_logarithmic_axis_is_marked_at_powers_of_ten(double low, double high, int wanted, double[] marks) =>
        Assert.That(AxisTicks.Of([low, high, 0, double.NaN], true, wanted).Marks, Is.EqualTo(marks).Within(1e-9));

    [TestCase(1140, 1500, 4, new double[] { 1200, 1320, 1440 })]
    [TestCase(0, 21600, 7, new double[] { 0, 3600, 7200, 10800, 14400, 18000, 21600 })]
    [TestCase(3, 43, 5, new double[] { 10, 20, 30, 40 })]
    public void An_axis_of_time_is_marked_at_whole_minutes_and_hours(double low, double high, int wanted, double[] marks)
    {
        var axis = AxisTicks.Of([low, high], new PlotAxis("time") { IsTime = true }, wanted);

        Assert.That(axis.Marks, Is.EqualTo(marks));
        Assert.That((axis.Low, axis.High), Is.EqualTo((low, high)));
    }

    [Test]
    public void What_lies_beyond_the_wanted_ends_does_not_stretch_an_axis() =>
        Assert.That(AxisTicks.Of([0.1, 500], new PlotAxis("nats") { High = 10 }, 5).High, Is.EqualTo(10));

    [Test]
    public void A_band_and_a_threshold_are_drawn_and_lines_are_named_where_there_is_room()
    {
        var plot = Sample with
        {
            IsDirect = true,
            X = new("t"),
            Y = new("y") { High = 1 },
            Series = [new("line <1>", [new(0, 0.1), new(9, 0.2)]) { HasMarks = false, Band = [new(0, 0, 7), new(9, 0.1, 0.3)] }],
            Thresholds = [new(0.9, "limit")],
            Moments = [new(4, "now")],
        };
        var wide = XElement.Parse(SvgPlot.Render(plot, 600, 300));
        var narrow = XElement.Parse(SvgPlot.Render(plot, 380, 300));

        Assert.That(wide.Descendants("path").Count(p => p.Attribute("class")?.Value == "band s0"), Is.EqualTo(1));
        Assert.That(wide.Descendants("text").Select(t => t.Value), Has.Some.EqualTo("limit").And.Some.EqualTo("now").And.Some.EqualTo("line <1>"));
        Assert.That(narrow.Descendants("text").Select(t => t.Value), Has.None.EqualTo("line <1>"));
    }

    [Test]
    public void An_axis_without_values_still_has_ends()
    {
        Assert.That(AxisTicks.Of([], false, 5).High, Is.GreaterThan(0));
        Assert.That(AxisTicks.Of([double.NaN], true, 5).Low, Is.GreaterThan(0));
    }

    [Test]
    public void A_value_of_zero_lies_at_the_low_end_of_a_logarithmic_axis()
    {
        var axis = AxisTicks.Of([1, 100], true, 4);

        Assert.That((axis.Position(0), axis.Position(10), axis.Position(1000)), Is.EqualTo((0, 0.5, 1)));
    }

    [TestCase(0, "0")]
    [TestCase(12_345.6, "12,346")]
    [TestCase(0.05, "0.05")]
    [TestCase(0.00002, "2e-5")]
    public void Numbers_are_written_shortly(double value, string text) => Assert.That(AxisTicks.Plain(value), Is.EqualTo(text));

    [Test]
    public void A_plot_is_well_formed_and_draws_every_finite_point_inside()
    {
        var svg = XElement.Parse(SvgPlot.Render(Sample, 860, 460));
        var titles = svg.Descendants("title").Select(title => title.Value).ToList();

        Assert.That(titles, Has.Count.EqualTo(5));
        Assert.That(titles[2], Is.EqualTo("Guardrail: 1 %, 12 · at defaults"));
        Assert.That(svg.Descendants("circle").Select(circle => Number(circle, "cx")), Is.All.InRange(0, 860));
        Assert.That(svg.Descendants("rect").Select(mark => Number(mark, "y")), Is.All.InRange(0, 460));

        static double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);
    }

    [Test]
    public void Thirty_two_series_all_look_different()
    {
        string[] looks = [.. Enumerable.Range(0, 32).Select(i => $"{i % SvgPlot.Looks} {SvgPlot.Mark(i, 0, 0)}")];

        Assert.That(looks, Is.Unique);
    }

    [Test]
    public void The_page_escapes_text_and_loads_nothing()
    {
        var page = ReportPage.Render(
            "T < 1", "lead", [new("H & M", "a < b", Sample, new(["Rule <x>", "p50"], [["Argo", "60 s"]]))]);

        Assert.That(page, Does.Contain("<h2>H &amp; M</h2>").And.Contain("<th>Rule &lt;x&gt;</th>").And.Contain("<td data-label=\"p50\">60&#160;s</td>"));
        Assert.That(page, Does.Not.Contain("<script").And.Not.Contain("http").And.Not.Contain("url("));
        Assert.That(page, Does.Contain("prefers-color-scheme: dark").And.Contain("max-width: 600px"));
    }
}
