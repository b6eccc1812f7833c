using System.Collections.Immutable;
using Guardrail.Simulation.Traffic.Models;

namespace Guardrail.Simulation.Scenarios;

/// <summary>A service: one Deployment, the requests it gets, and whom it calls.</summary>
public sealed record ScenarioService
{
    /// <summary>Name, a DNS label; also the name of the Deployment.</summary>
    public required string Name { get; init; }

    /// <summary>Name in the file; differs from <see cref="Name"/> for one of several copies.</summary>
    public string Group { get => field ?? Name; init; }

    /// <summary>Pods, 0 to 1000. Default 3.</summary>
    public int Pods { get; init; } = 3;

    /// <summary>
    /// Requests from outside, errors, latency and orders while every revision is well, and the faults that hit every revision alike. What callers
    /// send comes on top of its arrivals.
    /// </summary>
    public required ServiceProfile Profile { get; init; }

    /// <summary>What it calls to answer its own requests.</summary>
    public ImmutableArray<ServiceCall> Calls { get; init; } = [];

    /// <summary>From a pod's creation until it is ready. Default 10 s.</summary>
    public TimeSpan StartUp { get; init => field = Bounds.NotNegative(value, nameof(StartUp)); } = TimeSpan.FromSeconds(10);

    /// <summary>How the Deployment replaces its pods.</summary>
    public UpdateStrategy Strategy { get; init; } = new();

    /// <summary>Labels of the Deployment, by which policies select. Default <c>app: name</c>.</summary>
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Revision that serves at the start. Default <c>v1</c>.</summary>
    public string Revision { get; init; } = "v1";
}

/// <summary>One edge of the call graph.</summary>
/// <param name="Service">Who is called.</param>
/// <param name="PerRequest">Calls per request of the caller, at least 0; a request fails if one of its calls does. Default 1.</param>
public sealed record ServiceCall(string Service, double PerRequest = 1);

/// <summary>How a Deployment replaces its pods.</summary>
public sealed record UpdateStrategy
{
    /// <summary>Pods above the wanted number while it goes on. Null: a quarter, rounded up.</summary>
    public int? MaxSurge { get; init; }

    /// <summary>Pods below the wanted number while it goes on. Null: a quarter, rounded down.</summary>
    public int? MaxUnavailable { get; init; }

    /// <summary>Whether all old pods end before the first new one starts. Default false.</summary>
    public bool Recreate { get; init; }
}
