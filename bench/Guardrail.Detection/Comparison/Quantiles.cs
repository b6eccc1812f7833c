namespace Guardrail.Detection.Comparison;

/// <summary>Delays of a rule in a faulty cell.</summary>
/// <param name="Runs">Runs in which it was not decided before the onset.</param>
/// <param name="Early">Runs decided before the onset: false rollbacks.</param>
/// <param name="Detected">Runs decided after it.</param>
/// <param name="Median">Median delay in seconds; infinity when fewer than half were detected.</param>
/// <param name="Low">Lower 95 % limit of the median.</param>
/// <param name="High">Upper 95 % limit of the median.</param>
/// <param name="P90">90th percentile.</param>
/// <param name="P99">99th percentile.</param>
/// <param name="Bad">Mean number of bad requests that the new revision served until it was taken back.</param>
internal sealed record Quantiles(
    int Runs, int Early, int Detected, double Median, double Low, double High, double P90, double P99, double Bad)
{
    /// <summary>Share of runs that were detected.</summary>
    public double Share => Runs == 0 ? 0 : (double)Detected / Runs;

    /// <summary>The delays of runs.</summary>
    public static Quantiles Of(RuleRuns runs, double onset)
    {
        var delays = runs.At.ToArray().Where(at => !(at < onset)).Select(at => at - onset).Order().ToArray();
        var bad = runs.At.ToArray().Zip(runs.Bad.ToArray()).Where(pair => !(pair.First < onset)).Select(pair => pair.Second).DefaultIfEmpty(0).Average();

        // Ranks between which the median lies with 95 %: the binomial number of delays below it, by its normal approximation.
        var reach = 0.98 * Math.Sqrt(delays.Length);
        return new(
            delays.Length,
            runs.Count - delays.Length,
            delays.Count(double.IsFinite),
            At(delays, 0.5),
            Rank(delays, (delays.Length / 2.0) - reach),
            Rank(delays, (delays.Length / 2.0) + reach),
            At(delays, 0.9),
            At(delays, 0.99),
            bad);
    }

    private static double At(double[] sorted, double share) => Rank(sorted, share * sorted.Length);

    private static double Rank(double[] sorted, double rank) =>
        sorted.Length == 0 ? double.PositiveInfinity : sorted[Math.Clamp((int)Math.Floor(rank), 0, sorted.Length - 1)];
}
