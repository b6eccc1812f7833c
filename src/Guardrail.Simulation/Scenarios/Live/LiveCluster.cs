using System.Collections.Immutable;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Cluster;
using Guardrail.Simulation.Controllers.Kubelet;
using Guardrail.Simulation.Timing;

namespace Guardrail.Simulation.Scenarios.Live;

/// <summary>Makes the embedded cluster of a scenario, in which all services have been serving their first revision for long.</summary>
internal static class LiveCluster
{
    /// <summary>How long the first pods have been there when the daemon comes.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    /// <summary>Pods take no other time than their start-up, as in virtual time.</summary>
    private static readonly KubeletTiming Exact = new() { Bind = TimeSpan.Zero, Ready = TimeSpan.Zero, End = TimeSpan.Zero, Jitter = 0 };

    public static async Task<(EmbeddedCluster Cluster, ScaledTimeProvider Time)> StartAsync(
        Scenario scenario, LiveOptions options, CancellationToken cancellationToken)
    {
        var instruments = LiveSignals.Needed(scenario);
        var time = new ScaledTimeProvider(TimeProvider.System.GetUtcNow() - Long, options.Speed);
        var cluster = await EmbeddedCluster.StartAsync(
            new()
            {
                Seed = options.Seed,
                Services = [.. scenario.Services.Select(s => Of(scenario, s))],
                Timing = Exact,
                Instruments = instruments,
                AwaitsTraffic = true,
                TimeProvider = time,
            },
            cancellationToken);
        try
        {
            foreach (var service in scenario.Services)
            {
                await cluster.WaitForRolloutAsync(scenario.Namespace, service.Name, cancellationToken);
            }

            time.Skip(Long);
            return (cluster, time);
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    private static ServiceOptions Of(Scenario scenario, ScenarioService service) => new()
    {
        Namespace = scenario.Namespace,
        Name = service.Name,
        Replicas = service.Pods,
        Image = LiveService.ImageOf(scenario.Namespace, service, service.Revision),
        Profile = service.Profile,
        StartUp = service.StartUp,
        Labels = service.Labels,
        Strategy = service.Strategy,
        Stream = service.Name,
    };
}
