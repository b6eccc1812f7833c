namespace Guardrail.Simulation.Peers.Kayenta;

/// <summary>What a metric was classified as.</summary>
/// <param name="Label">The class.</param>
/// <param name="Critical">Whether it fails the canary by itself.</param>
public readonly record struct MetricVerdict(MetricLabel Label, bool Critical);

/// <summary>
/// Kayenta's classification of one metric (MannWhitneyClassifier as NetflixACAJudge calls it): High when the lower end of the shift's
/// interval lies above a tolerance times the absolute estimate and the effect is large enough; an effect that cannot be computed (a
/// mean of 0) is ignored.
/// </summary>
/// <param name="metric">The metric's settings.</param>
/// <param name="tolerance">Tolerance; the judge's is 0.25.</param>
/// <param name="confidence">Confidence of the interval; the judge's is 0.98.</param>
public sealed class MetricClassifier(KayentaMetric metric, double tolerance = 0.25, double confidence = 0.98)
{
    /// <summary>Classifies the canary's values against the baseline's.</summary>
    /// <param name="control">The baseline's values; may hold NaN.</param>
    /// <param name="experiment">The canary's values; may hold NaN.</param>
    public MetricVerdict Classify(ReadOnlySpan<double> control, ReadOnlySpan<double> experiment)
    {
        var x = MetricValues.Prepare(experiment, metric);
        var y = MetricValues.Prepare(control, metric);
        if (x.Length == 0 || y.Length == 0)
        {
            return metric switch
            {
                { ReplaceNaN: true } => new(MetricLabel.Pass, false),
                { MustHaveData: true, Critical: false } => new(MetricLabel.NodataFailMetric, false),
                _ => new(MetricLabel.Nodata, metric.Critical),
            };
        }

        Array.Sort(x);
        Array.Sort(y);
        if (x.AsSpan().SequenceEqual(y) || (x[0] == x[^1] && y[0] == y[^1] && x[0] == y[0]))
        {
            return new(MetricLabel.Pass, false);
        }

        if (x[0] == x[^1] && y[0] == y[^1])
        {
            MetricValues.Blur(x);
            MetricValues.Blur(y);
        }

        return MannWhitney.Test(x, y, confidence) is { } shift ? Judge(shift, x, y) : new(MetricLabel.Error, false);
    }

    private MetricVerdict Judge(ShiftEstimate shift, double[] x, double[] y)
    {
        var effect = metric.CommonLanguageEffect ? MetricValues.CommonLanguage(y, x) : MetricValues.MeanRatio(y, x);
        var bound = tolerance * Math.Abs(shift.Estimate);
        if (metric.Direction != MetricDirection.Decrease && shift.Lower > bound && Reaches(effect, metric.AllowedIncrease))
        {
            return new(MetricLabel.High, metric.Critical && Reaches(effect, metric.CriticalIncrease));
        }

        if (metric.Direction != MetricDirection.Increase && shift.Upper < -bound && Falls(effect, metric.AllowedDecrease))
        {
            return new(MetricLabel.Low, metric.Critical && Falls(effect, metric.CriticalDecrease));
        }

        return new(MetricLabel.Pass, false);
    }

    private bool Reaches(double effect, double? allowed) => double.IsNaN(effect) || effect >= (allowed ?? metric.Neutral);

    private bool Falls(double effect, double? allowed) => double.IsNaN(effect) || effect <= (allowed ?? metric.Neutral);
}
