namespace Guardrail.Statistics.Tests;

public sealed class EvidenceTests
{
    // stcpR6, test-sequential_test.R: N(0,1) against lambda 1 and 2, weights .3 and .7, observations 1, 3, 2
    [TestCase(.5, 0, .177825114)]
    [TestCase(3, 4, 3.789728044)]
    [TestCase(4.5, 6, 5.734652051)]
    public void Combines_as_the_reference(double first, double second, double expected) =>
        Assert.That(Evidence.Combine([.3, .7], [first, second]), Is.EqualTo(expected).Within(1e-9));

    [Test]
    public void Is_at_least_as_strong_as_each_signals_own_share_of_the_budget()
    {
        var combined = Evidence.Combine([.35, .65], [Evidence.RollbackThreshold(.001 * .35), -50]);
        Assert.That(combined, Is.GreaterThanOrEqualTo(Evidence.RollbackThreshold(.001) - 1e-12));
    }

    [Test]
    public void Survives_evidence_that_has_no_exponential() =>
        Assert.That(Evidence.Combine([.5, .25, .25], [2000, -3000, double.NegativeInfinity]), Is.EqualTo(2000 - Math.Log(2)).Within(1e-9));

    [Test]
    public void A_signal_without_weight_counts_for_nothing() => Assert.That(Evidence.Combine([1, 0], [.5, 1000]), Is.EqualTo(.5));

    [Test]
    public void Thresholds_are_those_of_the_design()
    {
        Assert.That(Evidence.RollbackThreshold(.001), Is.EqualTo(Math.Log(1000)).Within(1e-12));
        Assert.That(Evidence.HoldThreshold, Is.EqualTo(Math.Log(20)));
    }

    [Test]
    public void Refuses_weights_above_one_and_missing_evidence()
    {
        Assert.That(() => Evidence.Combine([.6, .6], [0, 0]), Throws.ArgumentException);
        Assert.That(() => Evidence.Combine([-.1, .6], [0, 0]), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => Evidence.Combine([1], [double.NaN]), Throws.ArgumentException);
        Assert.That(() => Evidence.Combine([1], [0, 0]), Throws.ArgumentException);
    }
}
