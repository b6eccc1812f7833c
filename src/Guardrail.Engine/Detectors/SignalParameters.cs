using System.Collections.Immutable;

namespace Guardrail.Engine.Detectors;

/// <summary>What a detector's test was told when the rollout began to be watched; never changed afterwards, which keeps the test valid.</summary>
/// <param name="Weight">Share of the false-rollback budget, all detectors of the rollout together 1.</param>
/// <param name="NullRatio">Ratio up to which the new revision counts as no worse (r0); the largest of the tested events.</param>
/// <param name="Dispersion">Assumed dispersion of each tested event's counts (phi), at least 1.</param>
/// <param name="EvidenceCap">Most evidence that one tick can give, in nats.</param>
/// <param name="Edges">Histogram edges tested, in seconds; empty when the signal has one event.</param>
public sealed record SignalParameters(
    double Weight, double NullRatio, ImmutableArray<double> Dispersion, double EvidenceCap, ImmutableArray<double> Edges)
{
    /// <summary>Ratio up to which each tested event counts as no worse (r0), where pods that differ ask for more than the least.</summary>
    public ImmutableArray<double> NullRatios { get; init; } = [];

    /// <summary>
    /// Most evidence that one tick can give for each tested event, in nats, where its incidents last longer than a tick; empty when <see
    /// cref="EvidenceCap"/> holds for all.
    /// </summary>
    public ImmutableArray<double> EvidenceCaps { get; init; } = [];

    /// <summary>Most evidence that one tick can give for a tested event, in nats.</summary>
    public double CapOf(int index) => EvidenceCaps.IsDefaultOrEmpty ? EvidenceCap : EvidenceCaps[index];

    /// <summary>
    /// What each tested event is held against when that is no other arm: its highest plausible share of requests before the rollout, or, of the
    /// volume, requests per second.
    /// </summary>
    public ImmutableArray<double> Forecast { get; init; } = [];

    /// <summary>Requests that the forecast rests on.</summary>
    public double ForecastRequests { get; init; }

    /// <summary>Groups of canary pods that are left out in turn; 0 when none are.</summary>
    public int PodGroups { get; init; }
}
