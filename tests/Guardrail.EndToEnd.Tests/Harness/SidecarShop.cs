using System.Text.Json.Nodes;
using Guardrail.Daemon.Hosting;
using Guardrail.Daemon.Leading;
using Guardrail.Daemon.Sidecar;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Workloads;
using Guardrail.Simulation.ApiServer;

namespace Guardrail.EndToEnd.Tests.Harness;

/// <summary>A shop whose API server gives sidecars the rights of the injected Role and no others.</summary>
internal sealed class SidecarShop : IAsyncDisposable
{
    private const string Token = "sidecar-token";

    private SidecarShop(TestShop shop, RoleCheck role) => (Shop, Role) = (shop, role);

    public TestShop Shop { get; }

    public RoleCheck Role { get; }

    /// <summary>Its Lease; null until somebody held it.</summary>
    public JsonObject? Lease => Shop.Cluster.Store.TryGet(
        ResourceTypes.Leases, TestShop.Space, OwnWorkload.LeaseName(WorkloadKind.Deployment, TestShop.Service), out var lease) ? lease : null;

    /// <summary>Names of its pods, in order.</summary>
    public string[] Pods => [.. Shop.Cluster.Store.List(ResourceTypes.Pods, TestShop.Space).Items.Select(pod => (string)pod["metadata"]!["name"]!).Order(StringComparer.Ordinal)];

    public static async Task<SidecarShop> StartAsync(Autonomy autonomy, CancellationToken cancellationToken, bool records = false)
    {
        var role = new RoleCheck(TestShop.Space, "sidecar", SidecarRole.Rules(WorkloadKind.Deployment, TestShop.Service, autonomy, records));
        var shop = await TestShop.StartAsync(
            cancellationToken, replicas: 4,
            api: new EmbeddedApiServerOptions { Tokens = new Dictionary<string, string> { [Token] = "sidecar" }, Authorizer = role.Allows });
        return new(shop, role);
    }

    /// <summary>Starts the sidecar of a pod.</summary>
    public async Task<GuardedDaemon> StartAsync(string pod, string policy, CancellationToken cancellationToken, Autonomy? autonomy = null)
    {
        var kubeconfig = Shop.Write("kubeconfig-sidecar", "");
        Shop.Cluster.Api.WriteKubeconfig(kubeconfig, Token);
        return await GuardedDaemon.StartAsync(
            new DaemonOptions
            {
                PolicyPaths = policy.Length == 0 ? [] : [Shop.Write("policy.yaml", policy)],
                Sidecar = new SidecarOptions { Pod = pod, Namespace = TestShop.Space, Autonomy = autonomy },
                Scrape = true,
                Kubeconfig = kubeconfig,
                Listen = "127.0.0.1:0",
                LeaderElection = new LeaderElection
                {
                    Duration = TimeSpan.FromSeconds(4),
                    RenewDeadline = TimeSpan.FromSeconds(3),
                    RetryPeriod = TimeSpan.FromSeconds(0.5),
                },
            },
            cancellationToken);
    }

    /// <summary>Waits until a sidecar holds the Lease.</summary>
    public Task LedAsync(CancellationToken cancellationToken) =>
        Shop.Cluster.WaitUntilAsync(() => (string?)Lease?["spec"]?["holderIdentity"] is { Length: > 0 }, cancellationToken);

    public ValueTask DisposeAsync() => Shop.DisposeAsync();
}
