namespace Guardrail.Statistics.Tests;

public sealed class PodHeterogeneityTests
{
    [TestCase(0, 9, 1, 1.5)]
    [TestCase(.2, 9, 1, 1.9182804734062633)] // Python, math: exp(3.09*.2*sqrt(1/9+1))
    [TestCase(.3, 50, 50, 1.5)] // exp(3.09*.3*sqrt(.04)) = 1.20
    public void The_null_ratio_grows_with_the_luck_of_pods(double tau, int control, int canary, double expected) =>
        Assert.That(PodHeterogeneity.NullRatioFor(tau, control, canary), Is.EqualTo(expected).Within(1e-12));

    [TestCase(0, 0, .06)]
    [TestCase(.2, .15, .25)]
    [TestCase(.5, .40, .60)]
    public void Finds_the_spread_of_pods(double tau, double low, double high)
    {
        // The mean of squares over 20 sets of 40 pods, against chance.
        var squares = 0.0;
        for (var seed = 0; seed < 20; seed++)
        {
            var (random, heterogeneity) = (new Seeded((ulong)seed), new PodHeterogeneity(40));
            double[] factors = [.. Enumerable.Range(0, 40).Select(_ => Math.Exp(tau * random.Normal()))];
            var pods = new PodTally[40];
            for (var tick = 0; tick < 200; tick++)
            {
                for (var pod = 0; pod < pods.Length; pod++)
                {
                    pods[pod] = new PodTally(pod, 100, random.Poisson(factors[pod]));
                }

                heterogeneity.Observe(pods);
            }

            squares += Math.Pow(heterogeneity.Tau(), 2) / 20;
        }

        Assert.That(Math.Sqrt(squares), Is.InRange(low, high));
    }

    [Test]
    public void What_burstiness_explains_is_no_spread()
    {
        var (random, heterogeneity) = (new Seeded(1), new PodHeterogeneity(10));
        var pods = new PodTally[10];
        for (var tick = 0; tick < 300; tick++)
        {
            for (var pod = 0; pod < pods.Length; pod++)
            {
                pods[pod] = new PodTally(pod, 100, random.Incidents(.2, r => r.Geometric(5)));
            }

            heterogeneity.Observe(pods);
        }

        Assert.That(heterogeneity.Tau(dispersion: 9), Is.LessThan(heterogeneity.Tau()));
        Assert.That(heterogeneity.Tau(dispersion: 9), Is.LessThan(.15));
    }

    [Test]
    public void Without_data_there_is_no_spread()
    {
        var heterogeneity = new PodHeterogeneity(0);
        Assert.That(heterogeneity.Tau(), Is.Zero);
        heterogeneity.Observe([new(3, 100, 7)]);
        Assert.That(heterogeneity.Tau(), Is.Zero);
    }

    [Test]
    public void A_restored_state_has_the_identical_future()
    {
        var (heterogeneity, restored) = (new PodHeterogeneity(2), new PodHeterogeneity(0));
        heterogeneity.Observe([new(0, 100, 9), new(1, 100, 1)]);
        var state = new double[heterogeneity.StateLength];
        heterogeneity.CopyStateTo(state);
        restored.RestoreState(state);
        heterogeneity.Observe([new(0, 100, 8), new(1, 100, 1)]);
        restored.Observe([new(0, 100, 8), new(1, 100, 1)]);
        Assert.That(heterogeneity.Tau(), Is.Positive);
        Assert.That(restored.Tau(), Is.EqualTo(heterogeneity.Tau()));
        Assert.That(() => restored.RestoreState([1]), Throws.ArgumentException);
    }
}
