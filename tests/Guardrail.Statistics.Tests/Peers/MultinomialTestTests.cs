namespace Guardrail.Statistics.Tests;

public sealed class MultinomialTestTests
{
    // savvi, examples/InhomogeneousPoissonProcess.qmd, Multinomial.qmd; seqabpy gavi; Python, mpmath:
    // exp(-(lbeta(a0+S)-lbeta(a0)-sum(S*log(t0))))
    [TestCase(new long[] { 148, 62 }, new[] { .8, .2 }, .0455796317592606)]
    [TestCase(new long[] { 40, 129, 233 }, new[] { .1, .4, .5 }, .0484559110597111)]
    [TestCase(new long[] { 156, 212 }, new[] { .5, .5 }, .0748645297878)]
    public void P_value_equals_the_reference(long[] counts, double[] proportions, double expected)
    {
        var test = new MultinomialTest(proportions);
        test.Observe(counts);
        Assert.That(test.PValue, Is.EqualTo(expected).Within(1e-12));
    }

    // Python, mpmath: lbeta(a0+S)-lbeta(a0)-sum(S*log(t0)), a0 = k*t0
    [TestCase(50, 80, .5, 100, 1.55284496114292)]
    [TestCase(100, 150, .5, 100, 2.96583887770979)]
    [TestCase(0, 20, .5, 100, 1.59705711966088)]
    [TestCase(0, 20, .5, 10, 7.01440769187674)]
    [TestCase(18, 8, .9, 100, .877629237448587)]
    [TestCase(18, 8, .9, 10, 2.24452366318962)]
    public void Evidence_equals_the_reference(long first, long second, double share, double concentration, double expected)
    {
        var test = new MultinomialTest([share, 1 - share], concentration);
        test.Observe([first, second]);
        Assert.That(test.LogEvidence, Is.EqualTo(expected).Within(1e-9));
    }

    [Test]
    public void The_p_value_never_rises()
    {
        var test = new MultinomialTest([.5, .5]);
        test.Observe([0, 20]);
        var p = test.PValue;
        test.Observe([20, 0]);
        Assert.That(test.PValue, Is.EqualTo(p));
        Assert.That(test.LogEvidence, Is.LessThan(0));
    }

    [Test]
    public void Covers_the_null_exactly_while_the_evidence_is_below_the_threshold()
    {
        var test = new MultinomialTest([.8, .2]);
        test.Observe([148, 62]); // p = .04558
        Assert.That(test.Covers([.8, .2], .05), Is.False);
        Assert.That(test.Covers([.8, .2], .045), Is.True);
    }

    // savvi, examples/InhomogeneousPoissonProcess.qmd: conf_int at the optional stop is [.00464625, .75493987], a running intersection: its
    // lower end is that of these counts, its upper one (.7549) stems from an earlier step that is not known. Python, mpmath: both ends at
    // these counts, findroot(62*u - 210*log(1+exp(u)) - lbeta(82,228) + lbeta(20,80) - log(.05)) - log(.2/.8)
    [Test]
    public void Log_ratio_interval_equals_the_reference()
    {
        var interval = CountSplit.LogRatioInterval(148, 62, .2, .05);
        Assert.That(interval.Lower, Is.EqualTo(.00464625).Within(5e-9));
        Assert.That(interval.Lower, Is.EqualTo(.0046462535284179).Within(1e-12));
        Assert.That(interval.Upper, Is.EqualTo(.99450643922272).Within(1e-12));
    }

    [Test]
    public void Log_ratio_interval_is_open_where_nothing_bounds_it()
    {
        var interval = CountSplit.LogRatioInterval(0, 20, .5, .05);
        Assert.That(interval.Upper, Is.EqualTo(double.PositiveInfinity));
        Assert.That(interval.Lower, Is.LessThan(.5));
        Assert.That(CountSplit.LogRatioInterval(0, 0, .5, .05), Is.EqualTo(new Interval(double.NegativeInfinity, double.PositiveInfinity)));
    }

    // Python, mpmath: lbeta(a0+S)-lbeta(a0)-S_B*log(t)-S_A*log(1-t), t = min(S_B/n, t0)
    [TestCase(40, 30, .2, 3.86547933305142)]
    [TestCase(40, 5, .2, -1.04724554380924)]
    public void One_sided_evidence_equals_the_reference(long control, long canary, double share, double expected) =>
        Assert.That(CountSplit.LogExcessEvidence(control, canary, share), Is.EqualTo(expected).Within(1e-9));

    [Test]
    public void Expected_evidence_is_at_most_one_under_the_null()
    {
        foreach (var share in new[] { .1, .5 })
        {
            foreach (var theta in new[] { share, share / 2 })
            {
                var law = Enumeration.Binomial(30, theta);
                var mean = Enumeration.Mean(law, x => Math.Exp(CountSplit.LogExcessEvidence(30 - x, x, share, 10)));
                Assert.That(mean, Is.LessThanOrEqualTo(1 + 1e-11));
            }
        }
    }

    [Test]
    public void Refuses_proportions_that_are_none()
    {
        Assert.That(() => new MultinomialTest([.5, .6]), Throws.ArgumentException);
        Assert.That(() => new MultinomialTest([1.0]), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => new MultinomialTest([.5, .5]).Observe([1]), Throws.ArgumentException);
        Assert.That(() => new MultinomialTest([.5, .5]).Observe([1, -1]), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
