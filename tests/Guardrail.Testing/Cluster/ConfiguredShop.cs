using System.Text.Json.Nodes;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;
using Guardrail.Simulation.ApiServer;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Testing.Cluster;

/// <summary>
/// An API server (the embedded one, without controllers) with a Deployment that reads the ConfigMaps <c>env</c> and <c>files</c> and the Secret
/// <c>login</c>, and its ReplicaSets.
/// </summary>
public sealed class ConfiguredShop : IAsyncDisposable
{
    /// <summary>The Deployment.</summary>
    public static readonly WorkloadId Checkout = new("shop", WorkloadKind.Deployment, "checkout");

    /// <summary>The revision that is good.</summary>
    public static readonly RevisionId Good = new("5f6d");

    /// <summary>The revision that is released later.</summary>
    public static readonly RevisionId Bad = new("7c9b");

    private ConfiguredShop(EmbeddedApiServer server, FakeTimeProvider clock) => (Server, Clock) = (server, clock);

    /// <summary>The server.</summary>
    public EmbeddedApiServer Server { get; }

    /// <summary>The server's clock.</summary>
    public FakeTimeProvider Clock { get; }

    /// <summary>When the second revision was released.</summary>
    public DateTimeOffset ReleasedAt { get; private set; }

    private ObjectStore Store => Server.Store;

    /// <summary>Starts it, with the good revision alone.</summary>
    public static async Task<ConfiguredShop> StartAsync(CancellationToken cancellationToken = default)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 5, 12, 0, 0, TimeSpan.Zero));
        var server = await EmbeddedApiServer.StartAsync(new ObjectStore(clock, new Random(1)), cancellationToken: cancellationToken);
        var shop = new ConfiguredShop(server, clock);
        shop.Store.Create(ResourceTypes.Namespaces, null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "shop" } });
        shop.Make(ResourceTypes.ConfigMaps, "env", "LIMIT", "10");
        shop.Make(ResourceTypes.ConfigMaps, "files", "app.ini", "timeout=5");
        shop.Make(ResourceTypes.Secrets, "login", "password", "aGVsbG8=");
        shop.Store.Create(ResourceTypes.Deployments, "shop", new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "checkout" },
            ["spec"] = new JsonObject
            {
                ["replicas"] = 2,
                ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = "checkout" } },
                ["template"] = Template("v1"),
            },
        });
        shop.AddRevision(Good, 1, "v1");
        return shop;
    }

    /// <summary>Lets two hours pass, and releases the second revision.</summary>
    public void Release()
    {
        Clock.Advance(TimeSpan.FromHours(2));
        ReleasedAt = Clock.GetUtcNow();
        Store.Modify(
            ResourceTypes.Deployments,
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

    /// <summary>The Deployment now.</summary>
    public JsonObject Deployment => Store.Get(ResourceTypes.Deployments, "shop", "checkout");

    /// <summary>Image that the Deployment asks for.</summary>
    public string Image => (string)Deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!;

    /// <summary>The ReplicaSet of a revision.</summary>
    public JsonObject Revision(RevisionId revision) => Store.Get(ResourceTypes.ReplicaSets, "shop", "checkout-" + revision.Hash);

    /// <summary>A stamp of the good revision.</summary>
    public WorkloadAction.StampKnownGood Stamp(ConfigurationScope scope) => new()
    {
        Decision = new("good-5f6d-1"),
        Workload = Checkout,
        Precondition = Expected(Good),
        Reason = "nothing of note",
        Configuration = scope,
    };

    /// <summary>A rollback to the good revision.</summary>
    public WorkloadAction.RollBack RollBack(ConfigurationScope scope) => new()
    {
        Decision = new("rollback-7c9b-2"),
        Workload = Checkout,
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
        var template = Template(image);
        template["metadata"]!["labels"]!["pod-template-hash"] = revision.Hash;
        Store.Create(ResourceTypes.ReplicaSets, "shop", new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = "checkout-" + revision.Hash,
                ["labels"] = new JsonObject { ["app"] = "checkout", ["pod-template-hash"] = revision.Hash },
                ["annotations"] = new JsonObject { ["deployment.kubernetes.io/revision"] = $"{number}" },
                ["ownerReferences"] = new JsonArray(new JsonObject
                {
                    ["apiVersion"] = "apps/v1",
                    ["kind"] = "Deployment",
                    ["name"] = "checkout",
                    ["uid"] = (string)Deployment["metadata"]!["uid"]!,
                    ["controller"] = true,
                }),
            },
            ["spec"] = new JsonObject
            {
                ["replicas"] = 2,
                ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = "checkout", ["pod-template-hash"] = revision.Hash } },
                ["template"] = template,
            },
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
