using Guardrail.Simulation.Peers;
using Guardrail.Simulation.Peers.Kayenta;
using Guardrail.Testing.Peers;

namespace Guardrail.Simulation.Tests.Peers;

public sealed class KayentaTests
{
    private static readonly double[] Ordinary = [1.0, 2.2, 1.1, 2.5, 3.0];
    private static readonly double[] Raised = [20, 22, 21, 25, 30];

    [Test]
    public void The_interval_and_estimate_are_those_of_kayentas_small_example()
    {
        var shift = MannWhitney.Test([10, 20, 30, 40], [1, 2, 3, 4], 0.95)!;

        Assert.That(shift.Lower, Is.EqualTo(6).Within(1e-6));
        Assert.That(shift.Upper, Is.EqualTo(39).Within(1e-6));
        Assert.That(shift.Estimate, Is.EqualTo(22.5).Within(1e-6));
    }

    [Test]
    public void The_interval_ties_out_with_r_on_kayentas_ninety_values()
    {
        // R: wilcox.test(experiment, control, conf.int = TRUE), as quoted by Kayenta's own suite.
        double[] control = Values((1.5, 2), (2, 16), (2.5, 18), (3, 16), (3.5, 10), (4, 8), (4.5, 4), (5, 6), (5.5, 2), (6, 5), (8, 1), (15.5, 1), (54.5, 1));
        double[] experiment = Values(
            (1.5, 9), (2, 16), (2.5, 22), (3, 17), (3.5, 9), (4, 5), (4.5, 1), (5, 3), (5.5, 1), (6, 2), (6.5, 2), (7, 1), (7.5, 1), (16.5, 1));

        var shift = MannWhitney.Test(experiment, control, 0.95)!;

        Assert.That(shift.Lower, Is.EqualTo(-0.500002521696696).Within(1e-6));
        Assert.That(shift.Upper, Is.EqualTo(-3.486287505871302e-5).Within(1e-6));
        Assert.That(shift.Estimate, Is.EqualTo(-0.4999393907180323).Within(1e-4));
    }

    [Test]
    public void The_quantile_is_that_of_the_suite() =>
        Assert.That(StandardNormal.Quantile(0.01), Is.EqualTo(-2.326348).Within(1e-6));

    [TestCase(new double[] { 20, 22, 21, 25, 30 }, new[] { 1.0, 2.2, 1.1, 2.5, 3.0 }, ExpectedResult = MetricLabel.High)]
    [TestCase(new double[] { 1, 1, 1, 1, 10 }, new double[] { 1, 1, 1, 1, 1 }, ExpectedResult = MetricLabel.Pass)]
    [TestCase(new double[] { 1, 1, 1 }, new double[] { 1, 1 }, ExpectedResult = MetricLabel.Pass)]
    [TestCase(new double[] { 1, 2, 3, 4, 5 }, new double[] { 5, 4, 3, 2, 1 }, ExpectedResult = MetricLabel.Pass)]
    [TestCase(new double[] { 0, 1, 1, 1, 1 }, new double[] { 1, 1, 1, 1, 1 }, ExpectedResult = MetricLabel.Pass)]
    [TestCase(new double[] { 10, 10, 10, 10, 10 }, new double[] { 1, 1, 1, 1, 1 }, ExpectedResult = MetricLabel.High)]
    [TestCase(new double[] { 10, 10, 10, 10, 10 }, new double[] { 0, 0, 0, 0, 0 }, ExpectedResult = MetricLabel.High)]
    [TestCase(new[] { 54.9, 54.5, 55.1, 55.6, 57.4 }, new double[] { 0, 0, 0, 0, 0 }, ExpectedResult = MetricLabel.High)]
    [TestCase(new double[] { 0, 0, 0, 0, 0 }, new[] { 54.9, 54.5, 55.1, 55.6, 57.4 }, ExpectedResult = MetricLabel.Low)]
    [TestCase(new double[0], new double[] { 1 }, ExpectedResult = MetricLabel.Nodata)]
    public MetricLabel Classifies_as_kayentas_suite_does(double[] experiment, double[] control) =>
        new MetricClassifier(new(), 0.10, 0.95).Classify(control, experiment).Label;

    [Test]
    public void An_increase_is_not_looked_for_when_only_a_decrease_matters() =>
        Assert.That(Classify(new() { Direction = MetricDirection.Decrease }, Raised, Ordinary).Label, Is.EqualTo(MetricLabel.Pass));

    [Test]
    public void An_increase_below_the_allowed_one_passes() =>
        Assert.That(Classify(new() { AllowedIncrease = 20 }, Raised, Ordinary).Label, Is.EqualTo(MetricLabel.Pass));

    [Test]
    public void An_effect_that_cannot_be_computed_is_ignored() =>
        Assert.That(Classify(new() { AllowedIncrease = 20 }, Raised, [0, 0, 0, 0, 0]).Label, Is.EqualTo(MetricLabel.High));

    [Test]
    public void A_metric_is_critical_only_when_its_critical_effect_is_reached()
    {
        Assert.That(Classify(new() { Critical = true }, Raised, Ordinary), Is.EqualTo(new MetricVerdict(MetricLabel.High, true)));
        Assert.That(
            Classify(new() { Critical = true, CriticalIncrease = 50 }, Raised, Ordinary),
            Is.EqualTo(new MetricVerdict(MetricLabel.High, false)));
    }

    [Test]
    public void Missing_data_are_judged_by_the_metrics_settings()
    {
        Assert.That(Classify(new() { Critical = true }, [double.NaN], Ordinary), Is.EqualTo(new MetricVerdict(MetricLabel.Nodata, true)));
        Assert.That(Classify(new() { MustHaveData = true }, [], Ordinary).Label, Is.EqualTo(MetricLabel.NodataFailMetric));
        Assert.That(Classify(new() { ReplaceNaN = true }, [], Ordinary).Label, Is.EqualTo(MetricLabel.Pass));
    }

    [Test]
    public void Outliers_are_removed_only_beyond_both_fences()
    {
        double[] values = [.. Enumerable.Repeat(1.0, 50), .. Enumerable.Repeat(2.0, 150), 1000];

        Assert.That(MetricValues.Prepare(values, new() { RemoveOutliers = true }), Has.Length.EqualTo(200));
        Assert.That(MetricValues.Prepare([1, 1, 1, 1, 10], new() { RemoveOutliers = true }), Has.Length.EqualTo(4));
        Assert.That(MetricValues.Prepare(values, new()), Has.Length.EqualTo(201));
    }

    [Test]
    public void The_common_language_effect_counts_ties_half() =>
        Assert.That(MetricValues.CommonLanguage([1, 2], [2, 3]), Is.EqualTo(3.5 / 4));

    [Test]
    public void Scores_are_those_of_kayentas_suite()
    {
        Assert.That(Score([], ("a", MetricLabel.Pass)), Is.EqualTo(100));
        Assert.That(Score([], ("a", MetricLabel.High)), Is.Zero);
        Assert.That(Score([], ("a", MetricLabel.Nodata)), Is.Zero);
        Assert.That(Score([], ("a", MetricLabel.Pass), ("a", MetricLabel.Pass), ("b", MetricLabel.Nodata)), Is.EqualTo(100));
        Assert.That(Score([], ("a", MetricLabel.Pass), ("a", MetricLabel.High), ("a", MetricLabel.Low)), Is.EqualTo(33.33));
        Assert.That(Score(new() { ["a"] = 75, ["b"] = 25 }, ("a", MetricLabel.Pass), ("a", MetricLabel.Pass), ("b", MetricLabel.High)), Is.EqualTo(75));
        Assert.That(Score(new() { ["a"] = 50, ["b"] = 50 }, ("a", MetricLabel.Pass), ("a", MetricLabel.High), ("b", MetricLabel.High)), Is.EqualTo(25));
        Assert.That(Score(new() { ["a"] = 50, ["b"] = 50 }, ("a", MetricLabel.Pass), ("a", MetricLabel.Nodata), ("b", MetricLabel.High)), Is.EqualTo(50));
    }

    [Test]
    public void A_critical_metric_that_does_not_pass_scores_nothing() =>
        Assert.That(
            CanaryScore.Of([new("a", new(MetricLabel.Pass, false)), new("b", new(MetricLabel.High, true))], new Dictionary<string, double>()),
            Is.Zero);

    [Test]
    public void An_early_regression_is_found_at_the_first_judgement() =>
        Assert.That(Ticks.RunMinutes(new KayentaRule(new()), 1800, minute => 0.05 + (0.001 * minute), 0.001)?.At, Is.EqualTo(300));

    [Test]
    public void A_growing_window_dilutes_a_late_regression_and_a_sliding_one_does_not()
    {
        static double LateErrors(int minute) => minute < 25 ? 0.001 * (minute % 3) : 0.2 + (0.001 * minute);

        Assert.That(Run(lookback: 0), Is.Null);
        Assert.That(Run(lookback: 5), Is.EqualTo(1800));

        static double? Run(int lookback) => Ticks.Run(
            new KayentaRule(new() { LookbackMinutes = lookback }),
            1800,
            end => new(
                Ticks.Counts(1000, 0.001 * ((int)((end - 5) / 60) % 3)),
                Ticks.Counts(1000, LateErrors((int)((end - 5) / 60)))))?.At;
    }

    [Test]
    public void One_of_two_groups_failing_is_marginal_until_the_end()
    {
        static double? Run(double pass, double marginal) => Ticks.Run(
            new KayentaRule(new() { Pass = pass, Marginal = marginal }),
            1800,
            end => new(Ticks.Counts(1000, 0.001, [5]), Ticks.Counts(1000, 0.05 + (0.001 * (int)(end / 60)), [5])) { Edges = [0.5] })?.At;

        Assert.That(Run(75, 50), Is.EqualTo(1800));
        Assert.That(Run(90, 75), Is.EqualTo(300));
    }

    private static MetricVerdict Classify(KayentaMetric metric, double[] experiment, double[] control) =>
        new MetricClassifier(metric, 0.10, 0.95).Classify(control, experiment);

    private static double Score(Dictionary<string, double> weights, params (string Group, MetricLabel Label)[] metrics) =>
        CanaryScore.Of([.. metrics.Select(metric => new ScoredMetric(metric.Group, new(metric.Label, false)))], weights);

    private static double[] Values(params (double Value, int Count)[] counts) =>
        [.. counts.SelectMany(count => Enumerable.Repeat(count.Value, count.Count))];
}
