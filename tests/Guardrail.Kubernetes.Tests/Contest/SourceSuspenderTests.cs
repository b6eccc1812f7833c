using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Contest;
using Guardrail.Kubernetes.Tests.Records;
using Guardrail.Kubernetes.Workloads;
using Guardrail.Simulation.ApiServer;
using Guardrail.Testing.GitOps;

namespace Guardrail.Kubernetes.Tests.Contest;

/// <summary>Suspends GitOps objects of an embedded API server, and gives them back.</summary>
public sealed class SourceSuspenderTests
{
    private static readonly WorkloadId Checkout = new("shop", WorkloadKind.Deployment, "checkout");

    [Test]
    public async Task A_Kustomization_is_suspended_once_for_a_revision_and_given_back()
    {
        await using var server = await StartAsync(GitOpsSources.Kustomizations, new JsonObject { ["path"] = "./apps" });
        var suspender = Suspender(server);

        Assert.That(await suspender.SuspendAsync(Action("58c9"), Flux, default), Is.InstanceOf<ActionOutcome.Applied>());
        Assert.That(await suspender.SuspendAsync(Action("58c9"), Flux, default), Is.InstanceOf<ActionOutcome.AlreadyDone>(), "after a crash, say");
        var suspended = Source(server, GitOpsSources.Kustomizations);
        Assert.That((bool?)suspended["spec"]!["suspend"], Is.True);
        Assert.That((string?)suspended["metadata"]!["annotations"]![GuardrailAnnotations.SuspendedFor], Is.EqualTo("shop/Deployment/checkout@58c9"));

        Assert.That(await suspender.GiveBackAsync(Flux, "gitops", default), Is.EqualTo("Kustomization gitops/apps, which Guardrail had suspended, goes on."));
        Assert.That(await suspender.GiveBackAsync(Flux, "gitops", default), Is.Null, "nothing is left to give back");
        var given = Source(server, GitOpsSources.Kustomizations);
        Assert.That((bool?)given["spec"]!["suspend"], Is.False);
        Assert.That(given["metadata"]!["annotations"]?.AsObject().Count ?? 0, Is.Zero);
    }

    [Test]
    public async Task What_somebody_let_go_on_is_not_suspended_again_for_the_same_revision_but_for_another_one()
    {
        await using var server = await StartAsync(GitOpsSources.Kustomizations, []);
        var suspender = Suspender(server);
        await suspender.SuspendAsync(Action("58c9"), Flux, default);
        Change(server, GitOpsSources.Kustomizations, spec => spec["suspend"] = false, "platform-parent");

        var again = await suspender.SuspendAsync(Action("58c9"), Flux, default);
        Assert.That(again, Is.InstanceOf<ActionOutcome.Impossible>().With.Property("Reason").Contains("and somebody (platform-parent) let it go on: it is not suspended again"));
        Assert.That(await suspender.SuspendAsync(Action("77aa"), Flux, default), Is.InstanceOf<ActionOutcome.Applied>());
    }

    [Test]
    public async Task An_Application_gets_back_exactly_what_it_had()
    {
        var automated = JsonNode.Parse("""{"selfHeal":true,"prune":false,"retry":{"limit":3}}""")!;
        await using var server = await StartAsync(
            GitOpsSources.Applications, new JsonObject { ["syncPolicy"] = new JsonObject { ["automated"] = automated.DeepClone(), ["syncOptions"] = new JsonArray("a=b") } });
        var suspender = Suspender(server);

        Assert.That(await suspender.SuspendAsync(Action("58c9"), Argo, default), Is.InstanceOf<ActionOutcome.Applied>());
        Assert.That(Source(server, GitOpsSources.Applications)["spec"]!["syncPolicy"]!.AsObject().Select(p => p.Key), Is.EqualTo(new[] { "syncOptions" }));
        await suspender.GiveBackAsync(Argo, "gitops", default);
        Assert.That(JsonNode.DeepEquals(Source(server, GitOpsSources.Applications)["spec"]!["syncPolicy"]!["automated"], automated));
    }

    [Test]
    public async Task What_does_not_sync_by_itself_is_not_the_cause()
    {
        await using var server = await StartAsync(GitOpsSources.Applications, []);
        Assert.That(await Suspender(server).SuspendAsync(Action("58c9"), Argo, default),
            Is.InstanceOf<ActionOutcome.Impossible>().With.Property("Reason").StartsWith("Application gitops/apps does not sync by itself"));
    }

    [Test]
    [Category("Fault")]
    public async Task A_missing_right_object_or_definition_is_said_in_one_sentence()
    {
        await using var empty = await ResourceServer.StartAsync();
        Assert.That(await Suspender(empty).SuspendAsync(Action("58c9"), Flux, default),
            Is.InstanceOf<ActionOutcome.Impossible>().With.Property("Reason").Contains("the cluster does not know Kustomization of kustomize.toolkit.fluxcd.io/v1"));

        await using var server = await StartAsync(GitOpsSources.Kustomizations, []);
        server.Server.Store.Delete(GitOpsSources.Served(server.Server.Store, GitOpsSources.Kustomizations), "gitops", "apps");
        Assert.That(await Suspender(server).SuspendAsync(Action("58c9"), Flux, default),
            Is.InstanceOf<ActionOutcome.Impossible>().With.Property("Reason").Contains("name the Kustomization gitops/apps, and there is none"));

        using var fault = server.Server.Faults.Inject(call => call.Resource == "kustomizations", new ApiFault.Answer(
            403, "Forbidden", "kustomizations.kustomize.toolkit.fluxcd.io \"apps\" is forbidden: User \"guardrail\" cannot get resource \"kustomizations\""));
        Assert.That(await Suspender(server).SuspendAsync(Action("58c9"), Flux, default),
            Is.InstanceOf<ActionOutcome.Impossible>().With.Property("Reason").Contains("verbs: [\"get\", \"patch\"]"));
    }

    [Test]
    public async Task A_workload_made_anew_is_another_matter()
    {
        await using var server = await StartAsync(GitOpsSources.Kustomizations, []);
        Assert.That(await Suspender(server).SuspendAsync(Action("58c9") with { Precondition = new("another", 3, new("58c9")) }, Flux, default),
            Is.InstanceOf<ActionOutcome.LostRace>());
    }

    private static JsonElement Flux => JsonSerializer.Deserialize<JsonElement>(
        """{"metadata":{"uid":"u1","labels":{"kustomize.toolkit.fluxcd.io/name":"apps","kustomize.toolkit.fluxcd.io/namespace":"gitops"}}}""");

    private static JsonElement Argo => JsonSerializer.Deserialize<JsonElement>(
        """{"metadata":{"uid":"u1","annotations":{"argocd.argoproj.io/tracking-id":"apps:apps/Deployment:shop/checkout"}}}""");

    private static WorkloadAction.SuspendSource Action(string revision) => new()
    {
        Decision = new($"suspend-{revision}-4"),
        Workload = Checkout,
        Precondition = new("u1", 3, new(revision)),
        Reason = "it came back",
        ArgoCdNamespace = "gitops",
    };

    private static SourceSuspender Suspender(ResourceServer server) => new(server.Api, TimeSpan.FromSeconds(10), TimeProvider.System);

    private static JsonObject Source(ResourceServer server, ResourceType type) => GitOpsSources.Get(server.Server.Store, type, "gitops", "apps");

    private static void Change(ResourceServer server, ResourceType type, Action<JsonObject> change, string manager) => server.Server.Store.Modify(
        GitOpsSources.Served(server.Server.Store, type),
        "gitops",
        "apps",
        item =>
        {
            change(item["spec"]!.AsObject());
            return true;
        },
        options: new WriteOptions(manager));

    private static async Task<ResourceServer> StartAsync(ResourceType type, JsonObject spec)
    {
        var server = await ResourceServer.StartAsync();
        GitOpsSources.Define(server.Server.Store, type);
        GitOpsSources.Create(server.Server.Store, type, "gitops", "apps", spec);
        return server;
    }
}
