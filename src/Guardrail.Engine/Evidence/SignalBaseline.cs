using System.Collections.Immutable;
using Guardrail.Statistics;

namespace Guardrail.Engine.Evidence;

/// <summary>
/// What is known of a signal from the old revision's pods before a rollout: how often each event happens, and how much its counts scatter
/// between pods and over time beyond chance. Only this, never the new revision, sets the parameters of a test.
/// </summary>
internal sealed class SignalBaseline
{
    /// <summary>Memory of the event rates, in ticks; older counts fade with it.</summary>
    private const double MemoryTicks = 360;

    /// <summary>Pods for which room is made at once.</summary>
    private const int PodHint = 16;

    private readonly DispersionEstimator[] dispersion;
    private readonly PodHeterogeneity[] heterogeneity;
    private readonly ForecastDispersionEstimator[] scatter;
    private readonly double[] events;
    private double total;
    private double totalBefore;
    private double podsSeen;

    public SignalBaseline(int events)
    {
        this.events = new double[events];
        dispersion = new DispersionEstimator[events];
        heterogeneity = new PodHeterogeneity[events];
        scatter = new ForecastDispersionEstimator[events];
        for (var i = 0; i < events; i++)
        {
            (dispersion[i], heterogeneity[i], scatter[i]) = (new(PodHint), new(PodHint), new());
        }

        Seasons = new SeasonalRates(events);
    }

    /// <summary>Requests remembered.</summary>
    public double Total => total;

    /// <summary>Events told apart.</summary>
    public int Count => events.Length;

    /// <summary>The same hours of earlier days.</summary>
    public SeasonalRates Seasons { get; private set; }

    /// <summary>Share of requests with the event; zero while no request is remembered.</summary>
    public double Rate(int index) => total > 0 ? events[index] / total : 0;

    /// <summary>Events remembered.</summary>
    public double Happened(int index) => events[index];

    /// <summary>Dispersion of the event's counts between pods that a test should assume, at least 1.</summary>
    public double Dispersion(int index) => dispersion[index].Dispersion;

    /// <summary>Ticks over which an incident on a pod is spread, 1 to 12.</summary>
    public double Persistence(int index) => dispersion[index].Persistence;

    /// <summary>Dispersion of the event's counts over time around their rate that a test should assume, at least 1.</summary>
    public double Scatter(int index) => Math.Max(scatter[index].Dispersion, dispersion[index].Dispersion);

    /// <summary>
    /// Highest share of requests with the event that the remembered counts leave plausible; 1 while nothing is remembered.
    /// </summary>
    public double UpperRate(int index)
    {
        const double alpha = 0.05;
        var requests = (long)total;
        return requests < 1 ? 1 : RateInterval.For(Math.Min((long)events[index], requests), requests, alpha, requests, Scatter(index)).Upper;
    }

    /// <summary>
    /// How much the rates of pods differ lastingly (tau), as far as it exceeds what an estimate from so few events and pods is off by: its standard
    /// error, in tau squared, is sqrt(2/(pods-1)) over the events per pod.
    /// </summary>
    public double Tau(int index)
    {
        if (podsSeen < 2 || events[index] <= 0)
        {
            return 0;
        }

        var tau = heterogeneity[index].Tau(Math.Max(1, dispersion[index].Raw));
        var error = Math.Sqrt(2 / (podsSeen - 1)) * podsSeen / events[index];
        return Math.Sqrt(Math.Max(0, (tau * tau) - error));
    }

    /// <summary>Adds a tick of the old revision's pods for one event; the events of a tick in ascending order.</summary>
    public void Observe(int index, ReadOnlySpan<PodTally> pods, DateTimeOffset at)
    {
        dispersion[index].Observe(pods);
        heterogeneity[index].Observe(pods);
        long happened = 0;
        long requests = 0;
        foreach (ref readonly var pod in pods)
        {
            happened += pod.Events;
            requests += pod.Total;
        }

        if (index == 0)
        {
            totalBefore = total;
            total = Fade(total) + requests;
            podsSeen = pods.Length;
        }

        scatter[index].Observe(happened, totalBefore > 0 ? events[index] / totalBefore * requests : 0);
        events[index] = Fade(events[index]) + happened;
        Seasons.Add(at, index, requests, happened);
    }

    public SignalBaselineState Capture() => new(
        total,
        podsSeen,
        [.. events],
        [.. dispersion.Select(e => Numbers(e.StateLength, e.CopyStateTo))],
        [.. heterogeneity.Select(e => Numbers(e.StateLength, e.CopyStateTo))],
        [.. scatter.Select(e => Numbers(e.StateLength, e.CopyStateTo))],
        Seasons.Capture());

    public static SignalBaseline Restore(SignalBaselineState state)
    {
        var baseline = new SignalBaseline(state.Events.Length)
        {
            total = state.Total,
            podsSeen = state.PodsSeen,
            Seasons = SeasonalRates.Restore(state.Seasons),
        };
        state.Events.CopyTo(baseline.events);
        for (var i = 0; i < state.Events.Length; i++)
        {
            baseline.dispersion[i].RestoreState(state.Dispersion[i].AsSpan());
            baseline.heterogeneity[i].RestoreState(state.Heterogeneity[i].AsSpan());
            baseline.scatter[i].RestoreState(state.Scatter[i].AsSpan());
        }

        return baseline;
    }

    private static double Fade(double sum) => sum * (1 - (1 / MemoryTicks));

    private static ImmutableArray<double> Numbers(int length, SpanAction copy)
    {
        var values = new double[length];
        copy(values);
        return [.. values];
    }

    private delegate void SpanAction(Span<double> destination);
}

/// <summary>State of a signal's baseline, for snapshots.</summary>
public sealed record SignalBaselineState(
    double Total,
    double PodsSeen,
    ImmutableArray<double> Events,
    ImmutableArray<ImmutableArray<double>> Dispersion,
    ImmutableArray<ImmutableArray<double>> Heterogeneity,
    ImmutableArray<ImmutableArray<double>> Scatter,
    SeasonalRatesState Seasons);
