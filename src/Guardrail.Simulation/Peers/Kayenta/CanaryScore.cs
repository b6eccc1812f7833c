namespace Guardrail.Simulation.Peers.Kayenta;

/// <summary>One metric's verdict and the group it belongs to.</summary>
/// <param name="Group">The group.</param>
/// <param name="Verdict">The verdict.</param>
public readonly record struct ScoredMetric(string Group, MetricVerdict Verdict);

/// <summary>Kayenta's score of a canary (WeightedSumScorer), from 0 to 100.</summary>
public static class CanaryScore
{
    private const double NodataPercent = 50;

    /// <summary>
    /// 0 when a critical metric did not pass or at least half of the metrics have no data; otherwise the weighted sum of the groups'
    /// scores (share of Pass among those that count), a group without data scoring 100; rounded to two decimals.
    /// </summary>
    /// <param name="metrics">The metrics, at least one.</param>
    /// <param name="weights">Weight of each group, of 100 in all; groups without one share what is left equally.</param>
    public static double Of(IReadOnlyCollection<ScoredMetric> metrics, IReadOnlyDictionary<string, double> weights)
    {
        if (metrics.Any(metric => metric.Verdict is { Critical: true, Label: not MetricLabel.Pass })
            || metrics.Count(metric => metric.Verdict.Label == MetricLabel.Nodata) * 100.0 / metrics.Count >= NodataPercent)
        {
            return 0;
        }

        var groups = metrics.GroupBy(metric => metric.Group, StringComparer.Ordinal).ToList();
        var unweighted = groups.Count(group => !weights.ContainsKey(group.Key));
        var share = unweighted == 0 ? 0 : (100 - weights.Values.Sum()) / unweighted;
        var sum = groups.Sum(group => GroupScore(group) * weights.GetValueOrDefault(group.Key, share) / 100);
        return Math.Round(sum, 2, MidpointRounding.AwayFromZero);
    }

    private static double GroupScore(IEnumerable<ScoredMetric> group)
    {
        var (pass, counted) = (0, 0);
        foreach (var metric in group)
        {
            pass += metric.Verdict.Label == MetricLabel.Pass ? 1 : 0;
            counted += metric.Verdict.Label is MetricLabel.Nodata or MetricLabel.Error ? 0 : 1;
        }

        return counted == 0 ? 100 : 100.0 * pass / counted;
    }
}
