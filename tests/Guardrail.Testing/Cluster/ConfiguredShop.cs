using System.Text.Json.Nodes;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;
using Guardrail.Simulation.ApiServer;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Testing.Cluster;

/// <summary>
/// An API server (the embedded one, without controllers) with a workload, a Deployment unless something else is said, that reads the ConfigMaps
/// <c>env</c> and <c>files</c> and the Secret <c>login</c>, and its ReplicaSets or ControllerRevisions.
/// </summary>
public sealed class ConfiguredShop : IAsyncDisposable
{
    /// <summary>The Deployment.</summary>
    public static readonly WorkloadId Checkout = new("shop", WorkloadKind.Deployment, "checkout");

    /// <summary>The revision that is good.</summary>
    public static readonly RevisionId Good = new("5f6d");

    /// <summary>The revision that is released later.</summary>
    public static readonly RevisionId Bad = new("7c9b");

    private readonly WorkloadKind kind;

    private ConfiguredShop(EmbeddedApiServer server, FakeTimeProvider clock, WorkloadKind kind) => (Server, Clock, this.kind) = (server, clock, kind);

    /// <summary>The workload.</summary>
    public WorkloadId Workload => Checkout with { Kind = kind };

    /// <summary>The server.</summary>
    public EmbeddedApiServer Server { get; }

    /// <summary>The server's clock.</summary>
    public FakeTimeProvider Clock { get; }

    /// <summary>When the second revision was released.</summary>
    public DateTimeOffset ReleasedAt { get; private set; }

    private ObjectStore Store => Server.Store;

    private ResourceType Type => kind switch
    {
        WorkloadKind.StatefulSet => ResourceTypes.StatefulSets,
        WorkloadKind.DaemonSet => ResourceTypes.DaemonSets,
        _ => ResourceTypes.Deployments,
    };

    /// <summary>Starts it with a Deployment, with the good revision alone.</summary>
    public static Task<ConfiguredShop> StartAsync(CancellationToken cancellationToken = default) => StartAsync(WorkloadKind.Deployment, cancellationToken);

    /// <summary>Starts it, with the good revision alone.</summary>
    public static async Task<ConfiguredShop> StartAsync(WorkloadKind kind, CancellationToken cancellationToken = default)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 5, 12, 0, 0, TimeSpan.Zero));
        var server = await EmbeddedApiServer.StartAsync(new ObjectStore(clock, new Random(1)), cancellationToken: cancellationToken);
        var shop = new ConfiguredShop(server, clock, kind);
        shop.Store.Create(ResourceTypes.Namespaces, null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "shop" } });
        shop.Make(ResourceTypes.ConfigMaps, "env", "LIMIT", "10");
        shop.Make(ResourceTypes.ConfigMaps, "files", "app.ini", "timeout=5");
        shop.Make(ResourceTypes.Secrets, "login", "password", "aGVsbG8=");
        var spec = new JsonObject
        {
            ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = "checkout" } },
            ["template"] = Template("v1"),
        };
        if (kind != WorkloadKind.DaemonSet)
        {
            spec["replicas"] = 2;
        }

        shop.Store.Create(shop.Type, "shop", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "checkout" }, ["spec"] = spec });
        shop.AddRevision(Good, 1, "v1");
        return shop;
    }

    /// <summary>Lets two hours pass, and releases the second revision.</summary>
    public void Release()
    {
        Clock.Advance(TimeSpan.FromHours(2));
        ReleasedAt = Clock.GetUtcNow();
        Store.Modify(
            Type,
            "shop",
            "checkout",
            deployment =>
            {
                deployment["spec"]!["template"] = Template("v2");
                return true;
            },
            options: new WriteOptions("deployer"));
        AddRevision(Bad, 2, "v2");
    }

    /// <summary>Makes a ConfigMap or Secret with one value.</summary>
    public void Make(ResourceType type, string name, string key, string value) => Store.Create(
        type,
        "shop",
        new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["app.kubernetes.io/instance"] = "gitops" } },
            ["data"] = new JsonObject { [key] = value },
        },
        new WriteOptions("deployer"));

    /// <summary>Changes a ConfigMap or Secret in place.</summary>
    public void Change(string name, Action<JsonObject> change, string by = "deployer", ResourceType? type = null) => Store.Modify(
        type ?? ResourceTypes.ConfigMaps,
        "shop",
        name,
        config =>
        {
            change(config);
            return true;
        },
        options: new WriteOptions(by));

    /// <summary>Sets one value of a ConfigMap in place.</summary>
    public void Set(string name, string key, string value, string by = "deployer") => Change(name, config => config["data"]![key] = value, by);

    /// <summary>Deletes a ConfigMap.</summary>
    public void Delete(string name) => Store.Delete(ResourceTypes.ConfigMaps, "shop", name);

    /// <summary>What a ConfigMap or Secret holds; null when it is gone.</summary>
    public JsonObject? Config(string name, ResourceType? type = null) =>
        Store.TryGet(type ?? ResourceTypes.ConfigMaps, "shop", name, out var config) ? config : null;

    /// <summary>A value of a ConfigMap; null when it or the value is gone.</summary>
    public string? Value(string name, string key) => (string?)Config(name)?["data"]?[key];

    /// <summary>Copies that Guardrail keeps, by what they are copies of.</summary>
    public ILookup<string, JsonObject> Copies(string why, ResourceType? type = null) => Store.List(type ?? ResourceTypes.ConfigMaps, "shop").Items
        .Where(config => (string?)config["metadata"]!["labels"]?["guardrail.dev/configuration"] == why)
        .ToLookup(config => (string)config["metadata"]!["annotations"]!["guardrail.dev/copy-of"]!);

    /// <summary>The Deployment, StatefulSet or DaemonSet now.</summary>
    public JsonObject Deployment => Store.Get(Type, "shop", "checkout");

    /// <summary>Image that the workload asks for.</summary>
    public string Image => (string)Deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!;

    /// <summary>The ReplicaSet or ControllerRevision of a revision.</summary>
    public JsonObject Revision(RevisionId revision) => Store.Get(
        kind == WorkloadKind.Deployment ? ResourceTypes.ReplicaSets : ResourceTypes.ControllerRevisions, "shop", "checkout-" + revision.Hash);

    /// <summary>A stamp of the good revision.</summary>
    public WorkloadAction.StampKnownGood Stamp(ConfigurationScope scope) => new()
    {
        Decision = new("good-5f6d-1"),
        Workload = Workload,
        Precondition = Expected(Good),
        Reason = "nothing of note",
        Configuration = scope,
    };

    /// <summary>A rollback to the good revision.</summary>
    public WorkloadAction.RollBack RollBack(ConfigurationScope scope) => new()
    {
        Decision = new("rollback-7c9b-2"),
        Workload = Workload,
        Precondition = Expected(Bad),
        Reason = "40 of 41 errors",
        To = Good,
        Configuration = scope,
        ReleasedAt = ReleasedAt,
    };

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private Precondition Expected(RevisionId revision) => new((string)Deployment["metadata"]!["uid"]!, (long)Deployment["metadata"]!["generation"]!, revision);

    private void AddRevision(RevisionId revision, int number, string image)
    {
        var owners = new JsonArray(new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = $"{kind}",
            ["name"] = "checkout",
            ["uid"] = (string)Deployment["metadata"]!["uid"]!,
            ["controller"] = true,
        });
        if (kind != WorkloadKind.Deployment)
        {
            AddControllerRevision(revision, number, owners);
            return;
        }

        var template = Template(image);
        template["metadata"]!["labels"]!["pod-template-hash"] = revision.Hash;
        Store.Create(ResourceTypes.ReplicaSets, "shop", new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = "checkout-" + revision.Hash,
                ["labels"] = new JsonObject { ["app"] = "checkout", ["pod-template-hash"] = revision.Hash },
                ["annotations"] = new JsonObject { ["deployment.kubernetes.io/revision"] = $"{number}" },
                ["ownerReferences"] = owners,
            },
            ["spec"] = new JsonObject
            {
                ["replicas"] = 2,
                ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = "checkout", ["pod-template-hash"] = revision.Hash } },
                ["template"] = template,
            },
        });
    }

    private void AddControllerRevision(RevisionId revision, int number, JsonArray owners)
    {
        var template = Deployment["spec"]!["template"]!.DeepClone();
        template["$patch"] = "replace";
        Store.Create(ResourceTypes.ControllerRevisions, "shop", new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = "checkout-" + revision.Hash,
                ["labels"] = new JsonObject { ["app"] = "checkout", ["controller-revision-hash"] = revision.Hash },
                ["ownerReferences"] = owners,
            },
            ["revision"] = number,
            ["data"] = new JsonObject { ["spec"] = new JsonObject { ["template"] = template } },
        });
    }

    private static JsonObject Template(string image) => JsonNode.Parse($$"""
        {"metadata": {"labels": {"app": "checkout"} },
         "spec": {
           "containers": [{
             "name": "app", "image": "shop/checkout:{{image}}",
             "envFrom": [{"configMapRef": {"name": "env"} }],
             "env": [{"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "login", "key": "password"} } },
                     {"name": "HINT", "valueFrom": {"configMapKeyRef": {"name": "hints", "key": "a", "optional": true} } }]}],
           "volumes": [{"name": "files", "configMap": {"name": "files"} }]} }
        """)!.AsObject();
}
