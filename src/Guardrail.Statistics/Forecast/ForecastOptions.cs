using System.Collections.Immutable;

namespace Guardrail.Statistics;

/// <summary>What a test of counts against a forecast takes for granted and looks for. Frozen before the first tick.</summary>
public sealed record ForecastOptions
{
    private const int MostAlternatives = 64;
    private const double HighestRatio = 1e8;

    /// <summary>Makes options.</summary>
    /// <param name="nullRatio">
    /// The boundary of what counts as healthy, as a multiple of the forecast, above 0 and at most 1e8: the lowest healthy volume of a drop
    /// test (kappa0), the highest healthy count of an excess test (r0).
    /// </param>
    /// <param name="alternativeRatios">
    /// 1 to 64 alternatives, above 0, all below <paramref name="nullRatio"/> (drop) or all above it (excess).
    /// </param>
    /// <exception cref="ArgumentException">A ratio is out of range, or the alternatives do not lie on one side of the null.</exception>
    public ForecastOptions(double nullRatio, ImmutableArray<double> alternativeRatios)
    {
        NullRatio = Check.Within(Check.Positive(nullRatio, nameof(nullRatio)), 0, HighestRatio, nameof(nullRatio));
        if (alternativeRatios.IsDefaultOrEmpty || alternativeRatios.Length > MostAlternatives)
        {
            throw new ArgumentException($"Give 1 to {MostAlternatives} alternatives.", nameof(alternativeRatios));
        }

        foreach (var ratio in alternativeRatios)
        {
            if (!(ratio > 0 && ratio <= HighestRatio) || ratio.Equals(nullRatio) || ratio < nullRatio != alternativeRatios[0] < nullRatio)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(alternativeRatios), ratio, "Alternatives are above 0 and lie all below or all above the null ratio.");
            }
        }

        AlternativeRatios = alternativeRatios;
    }

    /// <summary>
    /// Volume drop (detection.md D4): healthy is at least half the forecast, looked for are a quarter and a twentieth of it.
    /// </summary>
    public static ForecastOptions Drop { get; } = new(0.5, [0.25, 0.05]);

    /// <summary>
    /// Excess after the rollout (detection.md D6): healthy is at most twice the forecast's envelope; looked for are 3 to 200 times it.
    /// </summary>
    public static ForecastOptions Excess { get; } = new(2, [3, 4, 6, 10, 20, 40, 100, 200]);

    /// <summary>
    /// <see cref="Excess"/> for events of which there cannot be more than requests: without the alternatives that would need more, which only take
    /// weight from the others. The lowest alternative stays.
    /// </summary>
    /// <param name="share">Share of requests that the forecast expects, 0 to 1.</param>
    public static ForecastOptions ExcessOf(double share)
    {
        Check.Within(share, 0, 1, nameof(share));
        return new(Excess.NullRatio, [.. Excess.AlternativeRatios.Where(ratio => ratio * share <= 1 || ratio.Equals(Excess.AlternativeRatios[0]))]);
    }

    /// <summary>The boundary of what counts as healthy, as a multiple of the forecast.</summary>
    public double NullRatio { get; }

    /// <summary>The alternatives, as multiples of the forecast.</summary>
    public ImmutableArray<double> AlternativeRatios { get; }

    /// <summary>By how much one incident is larger than one event (phi), from history; 1 or more, finite. Default 1.5.</summary>
    public double Dispersion { get; init => field = Check.Within(value, 1, double.MaxValue); } = 1.5;

    /// <summary>
    /// Most evidence one tick may add, in nats, above 0, infinity for none. Default ln(2000)/3, see <see
    /// cref="RateRatioOptions.EvidenceCapFor"/>.
    /// </summary>
    public double EvidenceCap { get; init => field = Check.Positive(value); } = RateRatioOptions.EvidenceCapFor(0.001, 1, 0.5);

    /// <summary>Prior weight of a fault that is there from the first counted tick on, strictly between 0 and 1. Default 0.5.</summary>
    public double FirstTickWeight { get; init => field = Check.Probability(value); } = 0.5;

    /// <summary>Prior probability, at each later counted tick, that a fault begins at it, 0 to below 1. Default 1/120.</summary>
    public double RestartHazard { get; init => field = value == 0 ? 0 : Check.Probability(value); } = 1.0 / 120;

    /// <summary>Whether both describe the same test.</summary>
    public bool Equals(ForecastOptions? other) =>
        other is not null
        && NullRatio.Equals(other.NullRatio) && Dispersion.Equals(other.Dispersion) && EvidenceCap.Equals(other.EvidenceCap)
        && FirstTickWeight.Equals(other.FirstTickWeight) && RestartHazard.Equals(other.RestartHazard)
        && AlternativeRatios.AsSpan().SequenceEqual(other.AlternativeRatios.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(NullRatio, Dispersion, EvidenceCap, FirstTickWeight, RestartHazard, AlternativeRatios.Length);
}
