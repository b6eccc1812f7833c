using System.Collections.Immutable;
using Guardrail.Simulation.Traffic.Models;

namespace Guardrail.Simulation.Cluster;

/// <summary>The demo shop: four services in the namespace <c>shop</c>.</summary>
public static class ShopPreset
{
    /// <summary>Namespace of the shop.</summary>
    public const string Namespace = "shop";

    /// <summary>frontend (6 pods, 300 requests/s), checkout (10, 200), session (4, 250), pricing (4, 150).</summary>
    public static ImmutableArray<ServiceOptions> Services { get; } =
    [
        new() { Namespace = Namespace, Name = "frontend", Replicas = 6, RequestsPerSecond = 300, BaseErrorRate = 0.0005 },
        new()
        {
            Namespace = Namespace,
            Name = "checkout",
            Replicas = 10,
            RequestsPerSecond = 200,
            BaseErrorRate = 0.001,
            Profile = new ServiceProfile
            {
                Arrivals = new ArrivalModel { RequestsPerSecond = 200, DiurnalSwing = 0 },
                Errors = new ErrorModel { BaseRate = 0.001 },
                Routes =
                [
                    new RouteProfile { Name = "/checkout", Share = 0.7 },
                    new RouteProfile { Name = "/cart", Share = 0.25, LatencyFactor = 0.5 },
                    new RouteProfile { Name = "/refund", Share = 0.05, LatencyFactor = 1.5 },
                ],
            },
        },
        new() { Namespace = Namespace, Name = "session", Replicas = 4, RequestsPerSecond = 250, BaseErrorRate = 0.0002 },
        new() { Namespace = Namespace, Name = "pricing", Replicas = 4, RequestsPerSecond = 150, BaseErrorRate = 0.0005 },
    ];
}
