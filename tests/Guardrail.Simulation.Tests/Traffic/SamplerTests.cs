using Guardrail.Simulation.Traffic.Randomness;

namespace Guardrail.Simulation.Tests.Traffic;

/// <summary>Means and variances of every sampler lie within six standard errors: a false alarm once in 5e8 checks.</summary>
public sealed class SamplerTests
{
    private const int Draws = 200_000;

    [TestCase(0.3)]
    [TestCase(4.0)]
    [TestCase(9.99)]
    [TestCase(10.0)]
    [TestCase(250.0)]
    [TestCase(40_000.0)]
    public void Poisson_numbers_have_equal_mean_and_variance(double mean) =>
        Check(r => r.NextPoisson(mean), mean, mean, excessKurtosis: 1 / mean);

    [TestCase(20L, 0.1)]
    [TestCase(100L, 0.099)]
    [TestCase(100L, 0.1)]
    [TestCase(1000L, 0.3)]
    [TestCase(1000L, 0.9)]
    [TestCase(1_000_000L, 0.00001)]
    [TestCase(1_000_000L, 0.2)]
    public void Binomial_numbers_have_their_mean_and_variance(long n, double p)
    {
        var variance = n * p * (1 - p);
        Check(r => r.NextBinomial(n, p), n * p, variance, (1 - (6 * p * (1 - p))) / variance);
    }

    [TestCase(0.2)]
    [TestCase(1.0)]
    [TestCase(50.0)]
    public void Gamma_numbers_have_equal_mean_and_variance(double shape) =>
        Check(r => r.NextGamma(shape), shape, shape, excessKurtosis: 6 / shape);

    [Test]
    public void Normal_numbers_are_standard() => Check(r => r.NextNormal(), 0, 1, excessKurtosis: 0);

    [Test]
    public void Geometric_numbers_have_their_mean_and_variance() => Check(r => r.NextGeometric(5), 5, 20, excessKurtosis: 6.05);

    [Test]
    public void Negative_binomial_numbers_have_the_dispersion_asked_for() =>
        Check(r => r.NextNegativeBinomial(12, 3), 12, 36, excessKurtosis: 6 * 2 / 12.0 + 1 / 36.0);

    [Test]
    public void Pareto_numbers_have_their_median()
    {
        var random = new RandomSource(7, "pareto");
        var above = 0;
        for (var i = 0; i < Draws; i++)
        {
            above += random.NextPareto(1.5, 2) > 2 * Math.Pow(2, 1 / 1.5) ? 1 : 0;
        }

        Assert.That(above, Is.EqualTo(Draws / 2.0).Within(6 * Math.Sqrt(Draws / 4.0)));
    }

    [TestCase(9.9)]
    [TestCase(10.1)]
    public void Small_and_large_algorithms_of_Poisson_give_the_right_mass_at_the_mean(double mean)
    {
        var random = new RandomSource(3, "mass");
        var expected = Math.Exp((10 * Math.Log(mean)) - mean - 15.104412573075516); // ln 10!
        var hits = 0;
        for (var i = 0; i < Draws; i++)
        {
            hits += random.NextPoisson(mean) == 10 ? 1 : 0;
        }

        Assert.That(hits, Is.EqualTo(Draws * expected).Within(6 * Math.Sqrt(Draws * expected)));
    }

    [Test]
    public void A_multinomial_deals_everything_and_nothing_to_a_weight_of_zero()
    {
        var random = new RandomSource(1, "multinomial");
        var counts = new long[4];
        for (var i = 0; i < 10_000; i++)
        {
            random.NextMultinomial(i, [0.2, 0, 5, 0], counts);
            Assert.That(counts[0] + counts[2], Is.EqualTo(i));
            Assert.That(counts[1] + counts[3], Is.Zero);
        }
    }

    // R: pnorm(c(-8, -3, -1, 0, 0.5, 2, 6))
    [TestCase(-8, 6.220960574271785e-16)]
    [TestCase(-3, 1.349898031630095e-3)]
    [TestCase(-1, 0.15865525393145705)]
    [TestCase(0, 0.5)]
    [TestCase(0.5, 0.6914624612740131)]
    [TestCase(2, 0.9772498680518208)]
    [TestCase(6, 0.9999999990134123)]
    public void The_normal_distribution_function_agrees_with_R(double x, double expected) =>
        Assert.That(NormalDistribution.Cumulative(x), Is.EqualTo(expected).Within(expected * 1e-8));

    [Test]
    public void Equal_seed_and_stream_give_equal_numbers_and_another_stream_gives_others()
    {
        var one = new RandomSource(11, "shop/checkout");
        var same = new RandomSource(11, "shop/checkout");
        var other = new RandomSource(11, "shop/pricing");
        var equal = 0;
        for (var i = 0; i < 1000; i++)
        {
            var number = one.NextUInt64();
            Assert.That(same.NextUInt64(), Is.EqualTo(number));
            equal += other.NextUInt64() == number ? 1 : 0;
        }

        Assert.That(equal, Is.Zero);
    }

    [Test]
    public void Bounded_integers_are_uniform()
    {
        var random = new RandomSource(5, 5);
        var counts = new int[7];
        for (var i = 0; i < Draws; i++)
        {
            counts[random.NextInt32(7)]++;
        }

        Assert.That(counts, Is.All.EqualTo(Draws / 7.0).Within(6 * Math.Sqrt(Draws / 7.0)));
    }

    private static void Check(Func<RandomSource, double> draw, double mean, double variance, double excessKurtosis)
    {
        var random = new RandomSource(20260311, "samplers");
        var sum = 0.0;
        var squares = 0.0;
        for (var i = 0; i < Draws; i++)
        {
            var x = draw(random) - mean;
            sum += x;
            squares += x * x;
        }

        Assert.That(sum / Draws, Is.Zero.Within(6 * Math.Sqrt(variance / Draws)));
        // Variance of the sample variance: (kurtosis - 1) / n of the squared variance.
        Assert.That(squares / Draws, Is.EqualTo(variance).Within(6 * variance * Math.Sqrt((2 + excessKurtosis) / Draws)));
    }
}
