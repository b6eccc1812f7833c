using Guardrail.Detection.Peers;
using Guardrail.Detection.Peers.Sequential;
using Guardrail.Simulation.Peers;
using Guardrail.Testing.Peers;

namespace Guardrail.Detection.Tests.Peers;

public sealed class WindowTests
{
    [Test]
    public void A_sliding_window_keeps_the_ticks_wholly_inside_it()
    {
        var window = new SlidingCounts(10);
        for (var end = 5.0; end <= 30; end += 5)
        {
            window.Add(end, 5, new(1, 100, (long)end, [(long)end]));
        }

        Assert.That((window.Requests, window.Errors, window.Slower[0], window.Readings), Is.EqualTo((200, 55, 55, 2)));
    }

    [Test]
    public void A_first_tick_in_which_no_pod_could_be_read_is_taken_in()
    {
        var (window, step) = (new SlidingCounts(60), new StepCounts(60));
        window.Add(5, 5, new(0, 0, 0, [0, 0]));
        step.Add(5, new(0, 0, 0, [0, 0]));

        Assert.That((window.Slower.Length, step.Slower.Length), Is.EqualTo((2, 2)));
    }

    [Test]
    public void An_empty_window_is_not_a_number() =>
        Assert.That(new SlidingCounts(60).SuccessRatio, Is.NaN);

    [Test]
    public void A_tick_longer_than_the_window_counts_with_its_end()
    {
        var window = new SlidingCounts(60);
        window.Add(90, 90, new(1, 10, 1));

        Assert.That(window.Requests, Is.Zero, "a range selector of 60 s holds one sample of it, and a rate needs two");
    }

    [TestCase(0.99, 500, new long[] { 100, 5, 0 }, ExpectedResult = 0.25)]
    [TestCase(0.98, 500, new long[] { 100, 5, 0 }, ExpectedResult = 0.242105)]
    [TestCase(0.25, 200, new long[] { 100, 5, 0 }, ExpectedResult = 0.05)]
    [TestCase(0.99, 1000, new long[] { 100, 50, 20 }, ExpectedResult = 0.5, Description = "Beyond the last finite edge.")]
    public double The_quantile_is_interpolated_in_its_bucket(double quantile, long total, long[] slower) =>
        Math.Round(HistogramQuantile.Of(quantile, [0.1, 0.25, 0.5], total, slower), 6);

    [Test]
    public void A_histogram_without_observations_has_no_quantile() =>
        Assert.That(HistogramQuantile.Of(0.99, [0.1], 0, [0]), Is.NaN);

    [Test]
    public void Every_family_makes_its_rule_and_its_ladder_begins_with_the_touchiest()
    {
        foreach (var family in PeerCatalogue.All(0.1, BadEvents.Errors))
        {
            var touchy = Ticks.RunMinutes(family.Make(family.Ladder[0]), 1800, _ => 0.02, 0.01)?.At ?? double.PositiveInfinity;
            var stolid = Ticks.RunMinutes(family.Make(family.Ladder[^1]), 1800, _ => 0.02, 0.01)?.At ?? double.PositiveInfinity;

            Assert.That(touchy, Is.LessThanOrEqualTo(stolid), family.Name);
            Assert.That(family.AtDefault().Name, Is.Not.Empty);
        }
    }

    [Test]
    public void Names_in_the_catalogue_are_unique() =>
        Assert.That(PeerCatalogue.All(0.1, BadEvents.Errors).Select(family => family.Name), Is.Unique);
}
