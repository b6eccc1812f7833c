using Guardrail.Reporting;

namespace Guardrail.Reporting.Tests;

public sealed class PlotLabelsTests
{
    [TestCase(new double[] { 50, 52, 51 }, new double[] { 50, 82, 66 })]
    [TestCase(new double[] { 98, 99 }, new double[] { 84, 100 })]
    [TestCase(new double[] { 10, 90 }, new double[] { 10, 90 })]
    public void Labels_closer_than_a_line_are_pushed_apart(double[] wanted, double[] places) =>
        Assert.That(PlotLabels.Spread(wanted, 16, 0, 100), Is.EqualTo(places));

    [Test]
    public void A_label_that_would_lie_on_another_goes_to_the_next_row_and_without_room_has_none() =>
        Assert.That(
            PlotLabels.Rows([(0, "rolled out"), (10, "held"), (20, "taken back"), (30, "lost"), (120, "over")]),
            Is.EqualTo(new int?[] { 0, 1, 2, null, 0 }));
}
