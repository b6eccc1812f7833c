using Guardrail.Detection.Comparison;

namespace Guardrail.Detection.Tests.Comparison;

public sealed class QuantilesTests
{
    [Test]
    public void Delays_count_from_the_onset_and_what_came_before_it_is_no_find()
    {
        var runs = Runs((30, 1), (70, 10), (80, 20), (double.PositiveInfinity, 300));

        var delays = Quantiles.Of(runs, 60);

        Assert.That((delays.Runs, delays.Early, delays.Detected, delays.Median), Is.EqualTo((3, 1, 2, 20.0)));
        Assert.That(delays.Bad, Is.EqualTo(110));
    }

    [Test]
    public void The_median_is_never_when_fewer_than_half_are_found() =>
        Assert.That(Quantiles.Of(Runs((10, 1), (double.PositiveInfinity, 1), (double.PositiveInfinity, 1)), 0).Median, Is.EqualTo(double.PositiveInfinity));

    private static RuleRuns Runs(params (double At, double Bad)[] all)
    {
        var runs = new RuleRuns(all.Length);
        for (var i = 0; i < all.Length; i++)
        {
            runs.Set(i, all[i].At, all[i].Bad);
        }

        return runs;
    }
}
