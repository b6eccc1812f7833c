using System.Text.Json.Nodes;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Definitions;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Cluster;

namespace Guardrail.Testing.Cluster;

/// <summary>
/// An embedded cluster that stands for somebody's test cluster: with Guardrail's definitions, the Deployment of an installed Guardrail, and a namespace that
/// is marked for drills.
/// </summary>
public sealed class DrillStage : IAsyncDisposable
{
    /// <summary>The namespace that is marked for drills.</summary>
    public const string Space = "shop-drill";

    /// <summary>A token for an API server that tells users apart.</summary>
    public const string Token = "token-of-the-drill";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("guardrail-drill-");

    private DrillStage(EmbeddedCluster cluster)
    {
        Cluster = cluster;
        Kubeconfig = Path.Combine(folder.FullName, "kubeconfig");
        cluster.WriteKubeconfig(Kubeconfig);
        Connection = KubernetesConnection.Create(Kubeconfig, null);
    }

    /// <summary>The cluster.</summary>
    public EmbeddedCluster Cluster { get; }

    /// <summary>A kubeconfig of it.</summary>
    public string Kubeconfig { get; }

    /// <summary>A connection to it.</summary>
    public KubernetesConnection Connection { get; }

    /// <summary>Starts it.</summary>
    /// <param name="options">The cluster.</param>
    /// <param name="arguments">Arguments of the installed Guardrail.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<DrillStage> StartAsync(EmbeddedClusterOptions options, string[] arguments, CancellationToken cancellationToken)
    {
        var stage = new DrillStage(await EmbeddedCluster.StartAsync(options, cancellationToken));
        foreach (var name in ResourceDefinitions.Names)
        {
            await ResourceDefinitions.ApplyAsync(stage.Connection.Api, name, TimeProvider.System, cancellationToken);
        }

        stage.AddNamespace(Space, "allowed");
        stage.AddNamespace("guardrail", null);
        stage.Cluster.Store.Create(ResourceTypes.Deployments, "guardrail", Operator(arguments));
        return stage;
    }

    /// <summary>A connection by a token.</summary>
    /// <param name="token">The token.</param>
    public KubernetesConnection Connect(string token)
    {
        var path = Path.Combine(folder.FullName, "kubeconfig-token");
        Cluster.Api.WriteKubeconfig(path, token);
        return KubernetesConnection.Create(path, null);
    }

    /// <summary>Makes a namespace.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="drills">What it says of drills; null for nothing.</param>
    public void AddNamespace(string name, string? drills) => Cluster.Store.Create(ResourceTypes.Namespaces, null, new JsonObject
    {
        ["metadata"] = new JsonObject
        {
            ["name"] = name,
            ["labels"] = drills is null ? new JsonObject() : new JsonObject { ["guardrail.dev/drills"] = drills },
        },
    });

    /// <summary>Makes an object from JSON in the namespace for drills.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="json">The object.</param>
    public void Add(ResourceType type, string json) => Cluster.Store.Create(type, Space, JsonNode.Parse(json)!.AsObject());

    /// <summary>Names of what is in the namespace for drills.</summary>
    public IEnumerable<string> Names(ResourceType type) => Cluster.Store.List(type, Space).Items.Select(i => (string)i["metadata"]!["name"]!);

    /// <summary>Stops it.</summary>
    public async ValueTask DisposeAsync()
    {
        Connection.Dispose();
        await Cluster.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private static JsonObject Operator(string[] arguments) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = "guardrail", ["labels"] = new JsonObject { ["app.kubernetes.io/part-of"] = "guardrail" } },
        ["spec"] = new JsonObject
        {
            ["replicas"] = 1,
            ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = "guardrail" } },
            ["template"] = new JsonObject
            {
                ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = "guardrail" } },
                ["spec"] = new JsonObject
                {
                    ["containers"] = new JsonArray(new JsonObject
                    {
                        ["name"] = "guardrail",
                        ["image"] = "guardrail:test",
                        ["args"] = new JsonArray([.. arguments.Select(a => (JsonNode)a)]),
                    }),
                },
            },
        },
    };
}
