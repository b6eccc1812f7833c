using System.Collections.Immutable;
using Guardrail.Engine.Counting;
using Guardrail.Statistics;

namespace Guardrail.Engine.Evidence;

/// <summary>
/// What is known of a workload's requests before a rollout: how evenly they reach its pods, and how many there are (detection.md D3, D4).
/// </summary>
internal sealed class TrafficBaseline
{
    /// <summary>Memory of a pod's own level, in ticks.</summary>
    private const double LevelMemory = 60;

    /// <summary>Ticks after which a pod's level is known well enough to measure by it how its requests wobble.</summary>
    private const double LevelTicks = 12;

    /// <summary>Data below which the scatter of shares or of the volume is not known well enough to test it.</summary>
    private const double FewestDegrees = 10;

    private readonly DispersionEstimator wobble = new(0);
    private readonly PodHeterogeneity differences = new(0);
    private readonly ForecastDispersionEstimator scatter = new();
    private VolumeHistory history = new();
    private double[] levels = [];
    private double[] learned = [];
    private PodTally[] relative = [];
    private PodTally[] absolute = [];

    /// <summary>Dispersion of pods' requests around their own level that a test should assume; null while too little is known.</summary>
    public double? ShareDispersion => wobble.DegreesOfFreedom >= FewestDegrees ? wobble.Dispersion : null;

    /// <summary>How much the pods' shares differ lastingly (tau).</summary>
    public double ShareTau => differences.Tau(Math.Max(1, wobble.Raw));

    /// <summary>Requests per second to be expected at least; null while too little is known.</summary>
    public double? Forecast => scatter.DegreesOfFreedom >= FewestDegrees ? history.Least : null;

    /// <summary>Requests per second over the last hour without a rollout; null while too little is known.</summary>
    public double? Usual => history.Mean;

    /// <summary>Dispersion of the volume around its forecast that a test should assume.</summary>
    public double VolumeDispersion => scatter.Dispersion;

    /// <summary>Adds a tick of the old revision's pods that have been ready for a while.</summary>
    public void LearnShares(CounterLedger ledger, IPodArms arms)
    {
        if (relative.Length < ledger.Pods.Count)
        {
            (relative, absolute) = (new PodTally[ledger.Pods.Count], new PodTally[ledger.Pods.Count]);
        }

        var count = 0;
        foreach (var (pod, counters) in ledger.Pods)
        {
            if (counters.Advanced && counters.Milliseconds > 0 && arms.ReadyArmOf(pod, counters.PendingFrom) == Arm.Control)
            {
                count += Learn(counters, counters.RequestsOf(ledger.Width), count) ? 1 : 0;
            }
        }

        if (count > 0)
        {
            wobble.Observe(relative.AsSpan(0, count));
            differences.Observe(absolute.AsSpan(0, count));
        }
    }

    /// <summary>Adds a tick of the whole workload.</summary>
    /// <param name="requests">All requests.</param>
    /// <param name="seconds">Length of the tick.</param>
    public void LearnVolume(long requests, double seconds)
    {
        if (history.Least is { } least)
        {
            scatter.Observe(requests, least * seconds);
        }

        history.Add(requests, seconds);
    }

    public TrafficBaselineState Capture() => new([.. levels], [.. learned], Numbers(wobble.StateLength, wobble.CopyStateTo),
        Numbers(differences.StateLength, differences.CopyStateTo), Numbers(scatter.StateLength, scatter.CopyStateTo), history.Capture());

    public static TrafficBaseline Restore(TrafficBaselineState state)
    {
        var baseline = new TrafficBaseline { levels = [.. state.Levels], learned = [.. state.Learned], history = VolumeHistory.Restore(state.Volume) };
        baseline.wobble.RestoreState(state.Wobble.AsSpan());
        baseline.differences.RestoreState(state.Differences.AsSpan());
        baseline.scatter.RestoreState(state.Scatter.AsSpan());
        return baseline;
    }

    private delegate void SpanAction(Span<double> destination);

    private static ImmutableArray<double> Numbers(int length, SpanAction copy)
    {
        var values = new double[length];
        copy(values);
        return [.. values];
    }

    /// <summary>
    /// A pod's requests are held against those that its own level leads to expect: what differs lastingly between pods is no wobble, and is
    /// measured apart.
    /// </summary>
    private bool Learn(PodCounters counters, long requests, int at)
    {
        const double scale = 1000;
        var slot = counters.Slot;
        if (slot >= levels.Length)
        {
            Array.Resize(ref levels, slot + 1);
            Array.Resize(ref learned, slot + 1);
        }

        var rate = requests / (double)counters.Milliseconds;
        var known = learned[slot] >= LevelTicks && levels[slot] > 0;
        if (known)
        {
            relative[at] = new(slot, 1 + (long)(levels[slot] * counters.Milliseconds * scale), requests);
            absolute[at] = new(slot, counters.Milliseconds, requests);
        }

        learned[slot] = Math.Min(learned[slot] + 1, LevelMemory);
        levels[slot] += (rate - levels[slot]) / learned[slot];
        return known;
    }
}

/// <summary>State of what is known of the requests, for snapshots.</summary>
public sealed record TrafficBaselineState(
    ImmutableArray<double> Levels,
    ImmutableArray<double> Learned,
    ImmutableArray<double> Wobble,
    ImmutableArray<double> Differences,
    ImmutableArray<double> Scatter,
    VolumeHistoryState Volume);
