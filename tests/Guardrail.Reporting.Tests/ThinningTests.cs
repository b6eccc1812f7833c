using CsCheck;
using Guardrail.Reporting;

namespace Guardrail.Reporting.Tests;

public sealed class ThinningTests
{
    [Test]
    public void A_long_line_keeps_its_ends_its_extremes_and_its_order() => Gen.Double[-100, 100].Array[1, 900].Sample(values =>
    {
        PlotPoint[] points = [.. values.Select((value, i) => new PlotPoint(i, value))];
        var kept = Thinning.Keep(points, 40);

        Assert.That(kept, Has.Length.LessThanOrEqualTo(40));
        Assert.That(kept.Select(p => p.X), Is.Ordered.And.Unique);
        Assert.That((kept[0], kept[^1]), Is.EqualTo((points[0], points[^1])));
        Assert.That((kept.Min(p => p.Y), kept.Max(p => p.Y)), Is.EqualTo((values.Min(), values.Max())));
    });

    [Test]
    public void Points_without_a_value_are_not_what_is_kept()
    {
        PlotPoint[] points = [.. Enumerable.Range(0, 100).Select(i => new PlotPoint(i, i % 2 == 0 ? double.NaN : i))];

        Assert.That(Thinning.Keep(points, 12).Select(p => p.Y), Is.All.Matches<double>(double.IsFinite));
    }

    [Test]
    public void An_even_choice_has_the_first_and_the_last() =>
        Assert.That(Thinning.Even([.. Enumerable.Range(0, 101)], 5), Is.EqualTo(new[] { 0, 25, 50, 75, 100 }));
}
