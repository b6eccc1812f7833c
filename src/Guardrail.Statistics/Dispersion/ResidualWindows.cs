namespace Guardrail.Statistics;

/// <summary>The windows of 1, 3 and 12 ticks of detection.md 1.10 over the same residuals, and the dispersion they lead to.</summary>
/// <param name="options">Memory, prior and safety factor.</param>
/// <param name="sumToZero">Whether the residuals of a tick sum to zero over the slots, which costs one degree of freedom.</param>
internal sealed class ResidualWindows(DispersionOptions options, bool sumToZero)
{
    private readonly ResidualWindow[] windows =
    [
        new(1, options.MemoryTicks, sumToZero),
        new(3, options.MemoryTicks, sumToZero),
        new(12, options.MemoryTicks, sumToZero),
    ];

    /// <summary>What chance alone makes of the ratio of two windows; below it, incidents are taken to fit into a tick.</summary>
    private const double LeastPersistence = 1.5;

    public double Raw
    {
        get
        {
            double? highest = null;
            foreach (var window in windows)
            {
                highest = window.Raw is { } raw && !(highest >= raw) ? raw : highest;
            }

            return highest ?? 1;
        }
    }

    public double Dispersion
    {
        get
        {
            var highest = double.NegativeInfinity;
            foreach (var window in windows)
            {
                highest = Math.Max(highest, Shrunk(window));
            }

            return Math.Max(1, options.SafetyFactor * highest);
        }
    }

    public double DegreesOfFreedom => windows[0].DegreesOfFreedom;

    public double Persistence
    {
        get
        {
            var (tick, longest) = (Math.Max(1, Shrunk(windows[0])), 1.0);
            for (var window = 1; window < windows.Length; window++)
            {
                var (freedom, raw) = (windows[window].DegreesOfFreedom, windows[window].Raw ?? 1);
                var ratio = (options.PriorWeight + (freedom * raw / tick)) / (options.PriorWeight + freedom);
                longest = Math.Max(longest, Math.Min(windows[window].Length, ratio));
            }

            return longest < LeastPersistence ? 1 : longest;
        }
    }

    public int StateLength => windows.Length * windows[0].StateLength;

    public void EnsureCapacity(int slots)
    {
        foreach (var window in windows)
        {
            window.EnsureCapacity(slots);
        }
    }

    public void Add(int slot, double residual, double variance)
    {
        foreach (var window in windows)
        {
            window.Add(slot, residual, variance);
        }
    }

    public void EndTick()
    {
        foreach (var window in windows)
        {
            window.EndTick();
        }
    }

    public void CopyStateTo(Span<double> destination)
    {
        Check.Length(destination.Length, StateLength, nameof(destination));
        var each = windows[0].StateLength;
        for (var window = 0; window < windows.Length; window++)
        {
            windows[window].CopyStateTo(destination.Slice(window * each, each));
        }
    }

    public void RestoreState(ReadOnlySpan<double> state)
    {
        var each = state.Length / windows.Length;
        var valid = state.Length % windows.Length == 0;
        for (var window = 0; valid && window < windows.Length; window++)
        {
            valid = windows[window].Accepts(state.Slice(window * each, each));
        }

        if (!valid)
        {
            throw new ArgumentException("Not a state that an estimator wrote: start a new one.", nameof(state));
        }

        for (var window = 0; window < windows.Length; window++)
        {
            windows[window].RestoreState(state.Slice(window * each, each));
        }
    }

    private double Shrunk(ResidualWindow window)
    {
        var freedom = window.DegreesOfFreedom;
        return ((options.PriorWeight * options.PriorDispersion) + (freedom * (window.Raw ?? 1))) / (options.PriorWeight + freedom);
    }
}
