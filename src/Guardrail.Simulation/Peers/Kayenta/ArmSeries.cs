namespace Guardrail.Simulation.Peers.Kayenta;

/// <summary>One arm's series: the error rate and, where measured, the 99th percentile of each step; NaN for a step without requests.</summary>
/// <param name="stepSeconds">Seconds between points.</param>
internal sealed class ArmSeries(double stepSeconds)
{
    private readonly StepCounts step = new(stepSeconds);

    /// <summary>Error rates.</summary>
    public List<double> Errors { get; } = [];

    /// <summary>99th percentiles in seconds; empty when latency is not measured.</summary>
    public List<double> Slowest { get; } = [];

    /// <summary>Takes in a tick.</summary>
    /// <param name="end">Seconds to the end of the tick.</param>
    /// <param name="arm">The arm's counts.</param>
    /// <param name="edges">Histogram edges.</param>
    /// <returns>Whether a step was completed.</returns>
    public bool Add(double end, in ArmTick arm, ReadOnlySpan<double> edges)
    {
        if (!step.Add(end, arm))
        {
            return false;
        }

        Errors.Add(step.ErrorRatio);
        if (!edges.IsEmpty)
        {
            Slowest.Add(HistogramQuantile.Of(0.99, edges, step.Requests, step.Slower));
        }

        step.Begin();
        return true;
    }

    /// <summary>Forgets every step.</summary>
    public void Clear()
    {
        step.Clear();
        Errors.Clear();
        Slowest.Clear();
    }
}
