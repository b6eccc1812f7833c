namespace Guardrail.Statistics;

/// <summary>
/// How evidence of several signals adds up and what it takes to act (detection.md 2). All evidence is the natural logarithm of an e-value.
/// </summary>
public static class Evidence
{
    private const double WeightTolerance = 1e-9;

    /// <summary>
    /// Evidence from which a rollout is held: ln 20. A healthy rollout is ever held with a probability of at most 5 %, and a hold is taken
    /// back.
    /// </summary>
    public static double HoldThreshold { get; } = Math.Log(20);

    /// <summary>
    /// Evidence from which a rollout is rolled back: ln(1/alpha). A healthy rollout ever reaches it with a probability of at most alpha.
    /// </summary>
    /// <param name="alpha">False-rollback budget of the rollout, strictly between 0 and 1.</param>
    public static double RollbackThreshold(double alpha) => -Math.Log(Check.Probability(alpha, nameof(alpha)));

    /// <summary>
    /// Evidence of the rollout: ln of the sum of w e^E. Valid under any dependence between the signals, and at least as strong as giving
    /// every signal its own share of the budget. Weights that sum to less than 1 leave the rest unused, which is valid and costs power.
    /// </summary>
    /// <param name="weights">Share of the budget per signal, each 0 or more, together at most 1; fixed before the first tick.</param>
    /// <param name="logEvidence">Evidence per signal, in the order of the weights; negative infinity is allowed, NaN is not.</param>
    /// <returns>The combined evidence; negative infinity when no signal has weight.</returns>
    /// <exception cref="ArgumentException">The lengths differ, a weight is negative, the weights exceed 1, or evidence is NaN.</exception>
    public static double Combine(ReadOnlySpan<double> weights, ReadOnlySpan<double> logEvidence)
    {
        Check.Length(logEvidence.Length, weights.Length, nameof(logEvidence));
        var (total, combined) = (0.0, double.NegativeInfinity);
        for (var signal = 0; signal < weights.Length; signal++)
        {
            if (double.IsNaN(logEvidence[signal]))
            {
                throw new ArgumentException($"The evidence of signal {signal} is not a number.", nameof(logEvidence));
            }

            total += Check.Within(weights[signal], 0, 1, nameof(weights));
            if (weights[signal] > 0)
            {
                combined = LogDomain.Add(combined, Math.Log(weights[signal]) + logEvidence[signal]);
            }
        }

        return total <= 1 + WeightTolerance
            ? combined
            : throw new ArgumentException(FormattableString.Invariant($"The weights sum to {total}, which is above 1."), nameof(weights));
    }
}
