using System.Collections.Immutable;
using Guardrail.Statistics;

namespace Guardrail.Engine.Evidence;

/// <summary>
/// What is known of a signal from the old revision's pods before a rollout: how often each event happens, and how much its counts scatter
/// between pods beyond chance. Only this, never the new revision, sets the parameters of a test.
/// </summary>
internal sealed class SignalBaseline
{
    /// <summary>Memory of the event rates, in ticks; older counts fade with it.</summary>
    private const double MemoryTicks = 360;

    /// <summary>Pods for which room is made at once.</summary>
    private const int PodHint = 16;

    private readonly DispersionEstimator[] dispersion;
    private readonly double[] events;
    private double total;

    public SignalBaseline(int events)
    {
        this.events = new double[events];
        dispersion = new DispersionEstimator[events];
        for (var i = 0; i < events; i++)
        {
            dispersion[i] = new DispersionEstimator(PodHint);
        }
    }

    /// <summary>Requests remembered.</summary>
    public double Total => total;

    /// <summary>Share of requests with the event; zero while no request is remembered.</summary>
    public double Rate(int index) => total > 0 ? events[index] / total : 0;

    /// <summary>Dispersion of the event's counts that a test should assume, at least 1.</summary>
    public double Dispersion(int index) => dispersion[index].Dispersion;

    /// <summary>Adds a tick of the old revision's pods for one event.</summary>
    public void Observe(int index, ReadOnlySpan<PodTally> pods)
    {
        dispersion[index].Observe(pods);
        long happened = 0;
        long requests = 0;
        foreach (ref readonly var pod in pods)
        {
            happened += pod.Events;
            requests += pod.Total;
        }

        events[index] = (events[index] * (1 - (1 / MemoryTicks))) + happened;
        if (index == 0)
        {
            total = (total * (1 - (1 / MemoryTicks))) + requests;
        }
    }

    public SignalBaselineState Capture()
    {
        var states = ImmutableArray.CreateBuilder<ImmutableArray<double>>(dispersion.Length);
        foreach (var estimator in dispersion)
        {
            var values = new double[estimator.StateLength];
            estimator.CopyStateTo(values);
            states.Add([.. values]);
        }

        return new(total, [.. events], states.MoveToImmutable());
    }

    public static SignalBaseline Restore(SignalBaselineState state)
    {
        var baseline = new SignalBaseline(state.Events.Length) { total = state.Total };
        state.Events.CopyTo(baseline.events);
        for (var i = 0; i < state.Dispersion.Length; i++)
        {
            baseline.dispersion[i].RestoreState(state.Dispersion[i].AsSpan());
        }

        return baseline;
    }
}

/// <summary>State of a signal's baseline, for snapshots.</summary>
public sealed record SignalBaselineState(double Total, ImmutableArray<double> Events, ImmutableArray<ImmutableArray<double>> Dispersion);
