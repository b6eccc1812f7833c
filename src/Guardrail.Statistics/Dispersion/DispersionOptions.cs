namespace Guardrail.Statistics;

/// <summary>How dispersion is estimated, and what is believed before there is data.</summary>
public sealed record DispersionOptions
{
    /// <summary>Ticks after which past data weighs 1/e, above 0. Default 360: 30 min at a tick of 5 s.</summary>
    public double MemoryTicks { get; init => field = Check.Between(value, 0, double.PositiveInfinity); } = 360;

    /// <summary>What the estimate is multiplied with before it is used, at least 1. Default 1.5 (detection.md 1.10).</summary>
    public double SafetyFactor { get; init => field = Check.Within(value, 1, double.MaxValue); } = 1.5;

    /// <summary>
    /// The raw dispersion believed without data, at least 1. Default 2: twice the variance of independent events, so that the dispersion
    /// used without any data is 3.
    /// </summary>
    public double PriorDispersion { get; init => field = Check.Within(value, 1, double.MaxValue); } = 2;

    /// <summary>
    /// How much data the prior is worth, in degrees of freedom, above 0. Default 10: about ten independent pod·windows with many events
    /// each, or about five events in all.
    /// </summary>
    public double PriorWeight { get; init => field = Check.Between(value, 0, double.PositiveInfinity); } = 10;

    /// <summary>The memory of <paramref name="memory"/> at ticks of <paramref name="tick"/>.</summary>
    public static double MemoryTicksFor(TimeSpan memory, TimeSpan tick) =>
        Check.Positive(memory.TotalSeconds, nameof(memory)) / Check.Positive(tick.TotalSeconds, nameof(tick));
}
