namespace Guardrail.Statistics.Tests;

public sealed class TailRatioTestTests
{
    [Test]
    public void Is_the_mean_of_its_edges()
    {
        var (tail, first, second) = (new TailRatioTest(2, RateRatioOptions.Latency), Edge(), Edge());
        for (var tick = 0; tick < 5; tick++)
        {
            TwoArmTally[] edges = [new(900, 100, 200, 30), new(900, 100, 4, 3)];
            tail.Observe(edges);
            first.Observe(edges[0]);
            second.Observe(edges[1]);
        }

        var mean = (Math.Exp(first.LogEvidence) + Math.Exp(second.LogEvidence)) / 2;
        Assert.That(tail.LogEvidence, Is.EqualTo(Math.Log(mean)).Within(1e-12));
        Assert.That((tail.LogEvidenceAt(0), tail.LogEvidenceAt(1)), Is.EqualTo((first.LogEvidence, second.LogEvidence)));
        Assert.That(tail.Ticks, Is.EqualTo(5));
    }

    [Test]
    public void Strata_are_those_of_each_edge()
    {
        var (tail, first, second) = (new TailRatioTest(2, RateRatioOptions.Latency), Edge(), Edge());
        TwoArmTally[] home = [new(900, 100, 200, 30), new(900, 100, 4, 3)];
        TwoArmTally[] checkout = [new(90, 10, 20, 3), new(90, 10, 1, 1)];
        tail.Observe([.. home, .. checkout], 2);
        first.Observe([home[0], checkout[0]]);
        second.Observe([home[1], checkout[1]]);
        Assert.That((tail.LogEvidenceAt(0), tail.LogEvidenceAt(1)), Is.EqualTo((first.LogEvidence, second.LogEvidence)));
    }

    [Test]
    public void A_restored_state_has_the_identical_future()
    {
        var (test, restored) = (new TailRatioTest(2, RateRatioOptions.Latency), new TailRatioTest(2, RateRatioOptions.Latency));
        TwoArmTally[] edges = [new(900, 100, 200, 30), new(900, 100, 4, 3)];
        test.Observe(edges);
        var state = new double[test.StateLength];
        test.CopyStateTo(state);
        restored.RestoreState(state);
        Assert.That(restored.LogEvidence, Is.EqualTo(test.LogEvidence));
        test.Observe(edges);
        restored.Observe(edges);
        Assert.That(restored.LogEvidence, Is.EqualTo(test.LogEvidence));
    }

    [Test]
    public void Observing_allocates_nothing()
    {
        var test = new TailRatioTest(2, RateRatioOptions.Latency);
        TwoArmTally[] edges = [new(900, 100, 200, 30), new(900, 100, 4, 3)];
        test.Observe(edges);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var tick = 0; tick < 100; tick++)
        {
            test.Observe(edges);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Refuses_tallies_that_do_not_fit_its_edges()
    {
        var test = new TailRatioTest(2, RateRatioOptions.Latency);
        Assert.That(() => test.Observe([new(1, 1, 1, 1)]), Throws.ArgumentException);
        Assert.That(() => test.LogEvidenceAt(2), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new TailRatioTest(0, RateRatioOptions.Latency), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static RateRatioTest Edge() => new(RateRatioOptions.Latency);
}
