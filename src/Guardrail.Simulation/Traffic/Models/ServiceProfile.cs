using System.Collections.Immutable;
using Guardrail.Simulation.Traffic.Faults;

namespace Guardrail.Simulation.Traffic.Models;

/// <summary>One service of the simulation: how requests arrive, fail and last while every revision is healthy.</summary>
public sealed record ServiceProfile
{
    /// <summary>How requests arrive.</summary>
    public ArrivalModel Arrivals { get; init; } = new();

    /// <summary>How they fail.</summary>
    public ErrorModel Errors { get; init; } = new();

    /// <summary>How long they take; null draws no durations at all, which makes runs that only ask for errors faster.</summary>
    public LatencyModel? Latency { get; init; } = new();

    /// <summary>Routes and their shares. Default: one without a name.</summary>
    public ImmutableArray<RouteProfile> Routes { get; init => field = Checked(value); } = [new RouteProfile()];

    /// <summary>Share of successful requests that end in an order, 0 to 1. Default 0.2.</summary>
    public double OrderRate { get; init => field = Bounds.Fraction(value, nameof(OrderRate)); } = 0.2;

    /// <summary>Faults that hit every revision alike, such as an outage of a dependency; onset counts from the start. Default: none.</summary>
    public ImmutableArray<ScheduledFault> SharedFaults { get; init; } = [];

    /// <summary>What is left of it from a time on, which becomes its start.</summary>
    internal ServiceProfile From(TimeSpan begin) => this with
    {
        Arrivals = Arrivals.From(begin),
        Routes = [.. Routes.Select(r => r.ShiftAt == TimeSpan.MaxValue ? r : r with { ShiftAt = r.ShiftAt > begin ? r.ShiftAt - begin : TimeSpan.Zero })],
        SharedFaults =
        [
            .. SharedFaults.Where(f => f.Duration is not { } length || f.Onset + length > begin).Select(f => f with
            {
                Onset = f.Onset > begin ? f.Onset - begin : TimeSpan.Zero,
                Duration = f.Duration is { } length && f.Onset < begin ? length - (begin - f.Onset) : f.Duration,
            }),
        ],
    };

    private static ImmutableArray<RouteProfile> Checked(ImmutableArray<RouteProfile> routes) =>
        routes.IsDefaultOrEmpty ? throw new ArgumentException("A service has at least one route.", nameof(routes)) : routes;
}

/// <summary>One route of a service.</summary>
public sealed record RouteProfile
{
    /// <summary>Value of the route label; empty leaves the label out.</summary>
    public string Name { get; init; } = "";

    /// <summary>Share of the requests, relative to the other routes. Default 1.</summary>
    public double Share { get; init => field = Bounds.NotNegative(value, nameof(Share)); } = 1;

    /// <summary>Share of the requests from <see cref="ShiftAt"/> on, for a shift of the mix; null keeps <see cref="Share"/>.</summary>
    public double? ShiftedShare { get; init; }

    /// <summary>When the mix shifts, since the start. Default: never.</summary>
    public TimeSpan ShiftAt { get; init; } = TimeSpan.MaxValue;

    /// <summary>Factor on the service's base error rate. Default 1.</summary>
    public double ErrorFactor { get; init => field = Bounds.NotNegative(value, nameof(ErrorFactor)); } = 1;

    /// <summary>Factor on the service's latency. Default 1.</summary>
    public double LatencyFactor { get; init => field = Bounds.Positive(value, nameof(LatencyFactor)); } = 1;

    internal double ShareAt(TimeSpan at) => ShiftedShare is { } shifted && at >= ShiftAt ? shifted : Share;
}
