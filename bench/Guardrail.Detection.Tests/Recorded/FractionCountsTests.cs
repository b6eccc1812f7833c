using Guardrail.Detection.Recorded.ChangeRca;

namespace Guardrail.Detection.Tests.Recorded;

public sealed class FractionCountsTests
{
    [TestCase(33.333, 3, 2)]
    [TestCase(91.919, 99, 8)]
    [TestCase(2.41, 83, 81)]
    [TestCase(50.0, 2, 1)]
    public void A_fraction_gives_the_smallest_counts_it_can_come_from(double percent, long requests, long errors) =>
        Assert.That(FractionCounts.Smallest(percent), Is.EqualTo(new FractionCounts(requests, errors)));

    [TestCase(0)]
    [TestCase(100)]
    public void None_and_all_say_nothing_of_the_number(double percent) =>
        Assert.That(FractionCounts.Smallest(percent), Is.Null);

    [TestCase(100, 17, 17, 0)]
    [TestCase(0, 17, 17, 17)]
    [TestCase(50, 17, 16, 8)]
    [TestCase(50, 3, 4, 2)]
    [TestCase(2.41, 17, 83, 81)]
    public void The_usual_number_fills_what_the_fraction_leaves_open(double percent, long usual, long requests, long errors) =>
        Assert.That(FractionCounts.Of(percent, usual), Is.EqualTo(new FractionCounts(requests, errors)));

    [Test]
    public void The_usual_number_is_the_median_of_the_known_ones()
    {
        Assert.That(FractionCounts.Usual([100, null, 0, 41.176, 33.333, 35.714], 2), Is.EqualTo(14));
        Assert.That(FractionCounts.Usual([100, null, 0], 10), Is.EqualTo(10));
    }
}
