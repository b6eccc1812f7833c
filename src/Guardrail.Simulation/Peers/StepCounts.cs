namespace Guardrail.Simulation.Peers;

/// <summary>Counts of one arm over one fixed step of time after another: what a datapoint of a series is made of.</summary>
public sealed class StepCounts
{
    private readonly double seconds;
    private long[] slower = [];
    private double ends;

    /// <summary>Begins at the first step.</summary>
    /// <param name="seconds">Length of a step, above 0.</param>
    public StepCounts(double seconds) => (this.seconds, ends) = (seconds, seconds);

    /// <summary>Requests in the step.</summary>
    public long Requests { get; private set; }

    /// <summary>Errors in the step.</summary>
    public long Errors { get; private set; }

    /// <summary>Requests in the step slower than each edge.</summary>
    public ReadOnlySpan<long> Slower => slower;

    /// <summary>Share of errors; NaN when there were no requests.</summary>
    public double ErrorRatio => Requests == 0 ? double.NaN : (double)Errors / Requests;

    /// <summary>Takes in a tick.</summary>
    /// <param name="end">Seconds to the end of the tick.</param>
    /// <param name="arm">The arm's counts.</param>
    /// <returns>Whether the step is complete; then read it and call <see cref="Begin"/>.</returns>
    public bool Add(double end, in ArmTick arm)
    {
        if (arm.Slower.Length > slower.Length)
        {
            Array.Resize(ref slower, arm.Slower.Length);
        }

        Requests += arm.Requests;
        Errors += arm.Errors;
        for (var i = 0; i < arm.Slower.Length; i++)
        {
            slower[i] += arm.Slower[i];
        }

        return end + 0.001 >= ends;
    }

    /// <summary>Begins the next step.</summary>
    public void Begin()
    {
        ends += seconds;
        Empty();
    }

    /// <summary>Begins again at the first step.</summary>
    public void Clear()
    {
        ends = seconds;
        Empty();
    }

    private void Empty()
    {
        (Requests, Errors) = (0, 0);
        Array.Clear(slower);
    }
}
