using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Acting;
using Guardrail.Kubernetes.Configuration;
using Guardrail.Kubernetes.Connection;
using Guardrail.Testing.Cluster;
using k8s;

namespace Guardrail.Kubernetes.Tests.Configuration;

/// <summary>A shop with configuration, and what keeps and restores it.</summary>
internal sealed class ConfigurationBench : IAsyncDisposable
{
    private readonly KubernetesConnection connection;

    private ConfigurationBench(ConfiguredShop shop)
    {
        Shop = shop;
        connection = KubernetesConnection.Create(
            new KubernetesClientConfiguration { Host = shop.Server.Address.ToString(), Username = "anyone", Password = "anything" }, "the test");
    }

    public ConfiguredShop Shop { get; }

    /// <summary>A new process each time: it remembers nothing.</summary>
    public KubernetesActuator Actuator => new(connection.Api, Options);

    public ConfigurationSurvey Survey => new(connection.Api, Options);

    private static ActuatorOptions Options => new() { TimeProvider = TimeProvider.System, Instance = "test", ReadRetries = 1 };

    public static async Task<ConfigurationBench> StartAsync(WorkloadKind kind = WorkloadKind.Deployment) => new(await ConfiguredShop.StartAsync(kind));

    /// <summary>Keeps and stamps the good revision, changes the configuration, releases the bad one.</summary>
    public async Task<Preparation> ReleaseAsync(ConfigurationScope scope, Action<ConfiguredShop> change)
    {
        var kept = await CarryOutAsync(Shop.Stamp(scope));
        Shop.Release();
        change(Shop);
        return kept.Prepared;
    }

    /// <summary>Prepares and applies an action, as the daemon does.</summary>
    public async Task<(Preparation Prepared, ActionOutcome Outcome)> CarryOutAsync(WorkloadAction action)
    {
        var prepared = await Actuator.PrepareAsync(action, default);
        return (prepared, await Actuator.ApplyAsync(action, default));
    }

    public async ValueTask DisposeAsync()
    {
        connection.Dispose();
        await Shop.DisposeAsync();
    }
}
