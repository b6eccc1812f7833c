using Guardrail.Simulation.Cluster;

namespace Guardrail.Simulation.Scenarios.Live;

/// <summary>A service of a scenario, as a cluster's traffic is made from it.</summary>
internal static class LiveTraffic
{
    public static ServiceOptions Of(string ns, ScenarioService service) => new()
    {
        Namespace = ns,
        Name = service.Name,
        Replicas = service.Pods,
        Profile = service.Profile,
        StartUp = service.StartUp,
        Labels = service.Labels,
        Strategy = service.Strategy,
        Stream = service.Name,
    };
}
