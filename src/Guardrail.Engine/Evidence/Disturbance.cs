namespace Guardrail.Engine.Evidence;

/// <summary>
/// Whether a workload serves worse now than it usually does, and since when: a CUSUM of its bad events against twice their usual rate, capped per
/// tick. It decides nothing by itself: it says whose trouble began first (detection.md 1.8, 1.9: veto).
/// </summary>
internal sealed class Disturbance
{
    private const double HealthyRatio = 2;
    private const double TroubleRatio = 6;

    /// <summary>Most that one tick can add, in nats.</summary>
    private const double Cap = 3;

    /// <summary>Highest level kept, so that the end of a long disturbance is seen soon.</summary>
    private const double Ceiling = 8;

    private static readonly double LogRatio = Math.Log(TroubleRatio / HealthyRatio);
    private static readonly double Threshold = Statistics.Evidence.HoldThreshold;

    /// <summary>The CUSUM, in nats, at least 0.</summary>
    public double Level { get; private set; }

    /// <summary>When the newest rise began; null while there is none.</summary>
    public DateTimeOffset? Since { get; private set; }

    /// <summary>Whether the workload is in trouble.</summary>
    public bool IsOn => Level >= Threshold;

    /// <summary>Adds a tick.</summary>
    /// <param name="count">Bad events.</param>
    /// <param name="usual">Bad events that would be usual.</param>
    /// <param name="dispersion">Dispersion of the counts.</param>
    /// <param name="began">When the tick began.</param>
    public void Observe(double count, double usual, double dispersion, DateTimeOffset began)
    {
        var gain = ((count * LogRatio) - (usual * (TroubleRatio - HealthyRatio))) / dispersion;
        Level = Math.Clamp(Level + Math.Min(gain, Cap), 0, Ceiling);
        Since = Level > 0 ? Since ?? began : null;
    }

    public DisturbanceState Capture() => new(Level, Since);

    public static Disturbance Restore(DisturbanceState state) => new() { Level = state.Level, Since = state.Since };
}

/// <summary>State of a disturbance, for snapshots.</summary>
public sealed record DisturbanceState(double Level, DateTimeOffset? Since);
