namespace Guardrail.Statistics;

/// <summary>
/// Residuals of every pod summed over non-overlapping windows of a fixed number of ticks, and what the finished windows say of dispersion:
/// the sum of squared residuals over the sum of their variances, forgetting exponentially.
/// </summary>
internal sealed class ResidualWindow(int length, double memoryTicks, bool sumToZero)
{
    private const int Header = 4;
    private readonly double forgetting = Math.Exp(-length / memoryTicks);
    private double[] residuals = [];
    private double[] variances = [];
    private int filled;

    /// <summary>Slots that may hold something in this window; the others hold zeros.</summary>
    private int reach;
    private double squares;
    private double expected;
    private double spread;

    /// <summary>Ticks in a window.</summary>
    public int Length => length;

    public int StateLength => Header + (2 * residuals.Length);

    /// <summary>Sum of squares over sum of variances; null before the first window with data is over.</summary>
    public double? Raw => expected > 0 ? squares / expected : null;

    /// <summary>
    /// Degrees of freedom of <see cref="Raw"/>, as 2/(relative variance) of the sum of squares if events were Poisson: Var(d²) = v + 2v²
    /// per residual. Many events per window: the number of windows; few: twice the number of events.
    /// </summary>
    public double DegreesOfFreedom => spread > 0 ? 2 * expected * expected / spread : 0;

    public void EnsureCapacity(int slots)
    {
        if (slots > residuals.Length)
        {
            Array.Resize(ref residuals, slots);
            Array.Resize(ref variances, slots);
        }
    }

    public void Add(int slot, double residual, double variance)
    {
        residuals[slot] += residual;
        variances[slot] += variance;
        reach = Math.Max(reach, slot + 1);
    }

    public void EndTick()
    {
        if (++filled < length)
        {
            return;
        }

        var (windowSquares, windowExpected, windowSpread, used) = (0.0, 0.0, 0.0, 0);
        for (var slot = 0; slot < reach; slot++)
        {
            var variance = variances[slot];
            windowSquares += residuals[slot] * residuals[slot];
            windowExpected += variance;
            windowSpread += variance + (2 * variance * variance);
            used += variance > 0 ? 1 : 0;
        }

        squares = (squares * forgetting) + windowSquares;
        expected = (expected * forgetting) + windowExpected;

        // Residuals that sum to zero have one degree of freedom fewer than slots.
        var dependence = sumToZero && used > 1 ? used / (used - 1.0) : 1;
        spread = (spread * forgetting * forgetting) + (windowSpread * dependence);
        residuals.AsSpan(0, reach).Clear();
        variances.AsSpan(0, reach).Clear();
        (filled, reach) = (0, 0);
    }

    public void CopyStateTo(Span<double> destination)
    {
        (destination[0], destination[1], destination[2], destination[3]) = (filled, squares, expected, spread);
        residuals.CopyTo(destination[Header..]);
        variances.CopyTo(destination[(Header + residuals.Length)..]);
    }

    public bool Accepts(ReadOnlySpan<double> state)
    {
        if (state.Length < Header || state.Length % 2 != 0 || (state.Length - Header) / 2 > PodTally.HighestSlot + 1)
        {
            return false;
        }

        foreach (var number in state)
        {
            if (!double.IsFinite(number))
            {
                return false;
            }
        }

        var ticks = state[0] >= 0 && state[0] < length && Math.Floor(state[0]).Equals(state[0]);
        return ticks && state[1] >= 0 && state[2] >= 0 && state[3] >= 0;
    }

    public void RestoreState(ReadOnlySpan<double> state)
    {
        var slots = (state.Length - Header) / 2;
        (filled, squares, expected, spread) = ((int)state[0], state[1], state[2], state[3]);
        residuals = state.Slice(Header, slots).ToArray();
        variances = state.Slice(Header + slots, slots).ToArray();
        reach = slots;
    }
}
