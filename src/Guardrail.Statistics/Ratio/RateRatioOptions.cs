using System.Collections.Immutable;

namespace Guardrail.Statistics;

/// <summary>
/// What a ratio test takes for granted and what it looks for. Frozen before the first tick, which is what makes the test valid.
/// The defaults are those of errors (detection.md D1).
/// </summary>
public sealed record RateRatioOptions
{
    private const int MostAlternatives = 64;
    private const double HighestRatio = 1e6;

    /// <summary>Defaults for latency tails (detection.md 1.5, D2): null ratio 1.25, multipliers 1.25, 1.5, 2, 3, 5, 10, 30.</summary>
    public static RateRatioOptions Latency { get; } = new() { NullRatio = 1.25, AlternativeMultipliers = [1.25, 1.5, 2, 3, 5, 10, 30] };

    /// <summary>
    /// Defaults for successes and business events (detection.md D3): the canary's rate may fall to the control's divided by 1.25;
    /// multipliers as for latency. With requests as exposure and nearly all of them successes this is conservative; with endpoints or
    /// weights as exposure it is sharp.
    /// </summary>
    public static RateRatioOptions Success { get; } = Latency with { Direction = RatioDirection.Decrease };

    /// <summary>
    /// Defaults for restarts, kills and unreadiness (detection.md D5): at most twice as often per pod-second. Give pod-seconds as exposure.
    /// </summary>
    public static RateRatioOptions PodLifecycle { get; } = new() { NullRatio = 2 };

    /// <summary>Largest ratio of the rates that still counts as healthy (r0), 1 to 1e6. Default 1.5.</summary>
    public double NullRatio { get; init => field = Check.Within(value, 1, HighestRatio); } = 1.5;

    /// <summary>
    /// Alternatives, as multiples of <see cref="NullRatio"/>: 1 to 64 of them, ascending, each above 1 and at most 1e6.
    /// Default 1.5, 2, 3, 5, 10, 20, 50, 100.
    /// </summary>
    public ImmutableArray<double> AlternativeMultipliers { get; init => field = Ascending(value); } = [1.5, 2, 3, 5, 10, 20, 50, 100];

    /// <summary>
    /// By how much one incident is larger than one event (phi): every log likelihood ratio is divided by it. 1 or more, finite. Default
    /// 1.5. See <see cref="DispersionEstimator"/>.
    /// </summary>
    public double Dispersion { get; init => field = Check.Within(value, 1, double.MaxValue); } = 1.5;

    /// <summary>
    /// Most evidence that one tick may add, in nats, above 0; positive infinity takes the cap away. Default
    /// <see cref="EvidenceCapFor">EvidenceCapFor(0.001, 1, 0.5)</see> = ln(2000)/3.
    /// </summary>
    public double EvidenceCap { get; init => field = Check.Positive(value); } = EvidenceCapFor(0.001, 1, 0.5);

    /// <summary>Prior weight of a fault that is there from the first counted tick on (w1), strictly between 0 and 1. Default 0.5.</summary>
    public double FirstTickWeight { get; init => field = Check.Probability(value); } = 0.5;

    /// <summary>
    /// Prior probability, at each later counted tick, that a fault not there before begins at it (h), 0 to below 1. Default 1/120, which is
    /// a tick of 5 s. See <see cref="RestartHazardFor"/>.
    /// </summary>
    public double RestartHazard { get; init => field = value == 0 ? 0 : Check.Probability(value); } = 1.0 / 120;

    /// <summary>Which change is looked for. Default <see cref="RatioDirection.Increase"/>.</summary>
    public RatioDirection Direction { get; init; }

    /// <summary>
    /// The cap with which three ticks are needed and three can suffice (detection.md 1.2 L4): c = ln(1/(alpha w_m w_1))/3 nats.
    /// </summary>
    /// <param name="alpha">False-rollback budget of the rollout, strictly between 0 and 1.</param>
    /// <param name="signalWeight">Share of the budget that the signal has (w_m), above 0, at most 1.</param>
    /// <param name="firstTickWeight">Prior weight of the first tick (w_1), above 0, at most 1.</param>
    public static double EvidenceCapFor(double alpha, double signalWeight, double firstTickWeight)
    {
        Check.Probability(alpha, nameof(alpha));
        Check.Within(Check.Positive(signalWeight, nameof(signalWeight)), 0, 1, nameof(signalWeight));
        Check.Within(Check.Positive(firstTickWeight, nameof(firstTickWeight)), 0, 1, nameof(firstTickWeight));
        return -(Math.Log(alpha) + Math.Log(signalWeight) + Math.Log(firstTickWeight)) / 3;
    }

    /// <summary>The hazard of one new fault per ten minutes (detection.md 1.2): dt/600 s, at most 0.5.</summary>
    /// <param name="tick">Length of a tick, above 0.</param>
    public static double RestartHazardFor(TimeSpan tick) =>
        Math.Min(0.5, Check.Positive(tick.TotalSeconds, nameof(tick)) / TimeSpan.FromMinutes(10).TotalSeconds);

    /// <summary>Whether both describe the same test.</summary>
    public bool Equals(RateRatioOptions? other) =>
        other is not null
        && NullRatio.Equals(other.NullRatio) && Dispersion.Equals(other.Dispersion) && EvidenceCap.Equals(other.EvidenceCap)
        && FirstTickWeight.Equals(other.FirstTickWeight) && RestartHazard.Equals(other.RestartHazard) && Direction == other.Direction
        && AlternativeMultipliers.AsSpan().SequenceEqual(other.AlternativeMultipliers.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(NullRatio, Dispersion, EvidenceCap, FirstTickWeight, RestartHazard, Direction, AlternativeMultipliers.Length);

    private static ImmutableArray<double> Ascending(ImmutableArray<double> multipliers)
    {
        if (multipliers.IsDefaultOrEmpty || multipliers.Length > MostAlternatives)
        {
            throw new ArgumentException($"Give 1 to {MostAlternatives} multipliers.", nameof(multipliers));
        }

        var previous = 1.0;
        foreach (var multiplier in multipliers)
        {
            if (!(multiplier > previous && multiplier <= HighestRatio))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(multipliers), multiplier, "Multipliers ascend, each above 1 and at most 1e6.");
            }

            previous = multiplier;
        }

        return multipliers;
    }
}
