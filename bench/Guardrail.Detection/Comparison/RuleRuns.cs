namespace Guardrail.Detection.Comparison;

/// <summary>What one rule did in the runs of one cell.</summary>
/// <param name="runs">Number of runs.</param>
internal sealed class RuleRuns(int runs)
{
    private readonly double[] at = new double[runs];
    private readonly double[] bad = new double[runs];

    /// <summary>Number of runs.</summary>
    public int Count => at.Length;

    /// <summary>Seconds from the start of the rollout at which it was taken back, run by run; infinity when it was not.</summary>
    public ReadOnlySpan<double> At => at;

    /// <summary>Bad requests of the new revision from the onset until then, or until the end.</summary>
    public ReadOnlySpan<double> Bad => bad;

    /// <summary>Runs in which the release was taken back.</summary>
    public int TakenBack => at.Count(double.IsFinite);

    /// <summary>Notes a run; different runs may be noted by different threads.</summary>
    public void Set(int run, double decidedAt, double badRequests) => (at[run], bad[run]) = (decidedAt, badRequests);
}
