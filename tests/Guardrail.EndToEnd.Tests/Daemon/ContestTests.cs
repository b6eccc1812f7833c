using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Guardrail.Daemon.Hosting;
using Guardrail.EndToEnd.Tests.Harness;
using Guardrail.Engine.Decisions;
using Guardrail.Kubernetes.Records;
using Guardrail.Kubernetes.Workloads;
using Guardrail.Simulation.ApiServer;
using Guardrail.Testing.GitOps;

namespace Guardrail.EndToEnd.Tests.Daemon;

/// <summary>GitOps writes a bad revision back: small controllers in the shape of Flux and Argo CD against the daemon, over the Kubernetes API.</summary>
[Category("EndToEnd")]
[Category("Slow")]
[Category("Fault")]
[CancelAfter(120_000)]
internal sealed class ContestTests
{
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(1);

    [Test]
    public async Task A_revision_that_Flux_applies_again_every_five_seconds_is_rolled_back_twice_and_then_left_to_a_person(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        await using var daemon = await StartAsync(shop, "Notify", cancellationToken);
        await using var flux = FakeGitOps.Flux(shop.Cluster.Api, TestShop.Space, TestShop.Service, TimeSpan.FromSeconds(5));

        flux.Image = TestShop.Bad;
        var page = await daemon.Decisions.UntilAsync(d => d.Kind == DecisionKind.Page, "a person being called", cancellationToken);
        await daemon.Decisions.UntilToldAsync(8, cancellationToken);

        Assert.That(page.Reason, Does.Contain("was rolled back 2 times and came back, last written by kustomize-controller"));
        Assert.That(shop.History.Rollbacks, Is.EqualTo(2), shop.History.ToString());
        Assert.That(daemon.Decisions.Kinds.Count(k => k == DecisionKind.Page), Is.EqualTo(1));
        Assert.That(flux.Skipped, Is.Zero, "nobody suspended it: the policy does not say so");
    }

    [Test]
    public async Task Flux_is_suspended_the_good_revision_stays_and_a_release_lets_it_go_on(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        using var records = await RolloutRecords.InstallAsync(shop, cancellationToken);
        await using var daemon = await StartAsync(shop, "Suspend", cancellationToken, RecordKeeping.Required);
        await using var flux = FakeGitOps.Flux(shop.Cluster.Api, TestShop.Space, TestShop.Service, Often);

        flux.Image = TestShop.Bad;
        await SecondRollbackAsync(shop, daemon, cancellationToken);
        await daemon.Decisions.UntilToldAsync(4, cancellationToken);

        var suspended = GitOpsSources.Get(shop.Cluster.Store, GitOpsSources.Kustomizations, "flux-system", "apps");
        Assert.That((bool?)suspended["spec"]!["suspend"], Is.True);
        var notes = suspended["metadata"]!["annotations"]!;
        Assert.That((string?)notes[GuardrailAnnotations.SuspendedBy], Does.StartWith("suspend-"));
        Assert.That((string?)notes[GuardrailAnnotations.SuspendedFor], Does.StartWith("shop/Deployment/checkout@"));
        Assert.That((string?)notes[GuardrailAnnotations.SuspendedReason], Does.Contain("last written by kustomize-controller"));
        Assert.That(flux.Skipped, Is.GreaterThan(0));
        Assert.That(shop.History.States[^1].Image, Is.EqualTo(TestShop.First));
        Assert.That(daemon.Decisions.Kinds, Does.Not.Contain(DecisionKind.Page), daemon.Decisions.ToString());

        flux.Image = TestShop.Good;
        var last = (await records.ListAsync(cancellationToken))[^1];
        await records.AskAsync(last.Metadata.Name, "back", RequestedAction.Release, cancellationToken);
        await shop.UntilAsync(s => s.Image == TestShop.Good, "Flux going on", cancellationToken);
        var resumed = GitOpsSources.Get(shop.Cluster.Store, GitOpsSources.Kustomizations, "flux-system", "apps");
        Assert.That((bool?)resumed["spec"]!["suspend"], Is.False);
        Assert.That(resumed["metadata"]!["annotations"]?.AsObject().Any(a => a.Key.StartsWith("guardrail.dev/", StringComparison.Ordinal)), Is.Not.True);
    }

    [Test]
    public async Task An_Application_whose_automated_sync_somebody_writes_back_is_suspended_once_and_then_contested(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        await using var daemon = await StartAsync(shop, "Suspend", cancellationToken);
        await using var argo = FakeGitOps.ArgoCd(shop.Cluster.Api, TestShop.Space, TestShop.Service, Often);
        var store = shop.Cluster.Store;
        var kind = GitOpsSources.Served(store, GitOpsSources.Applications);
        var kept = new List<string?>();

        argo.Image = TestShop.Bad;
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.SuspendSource, cancellationToken);
        await SecondRollbackAsync(shop, daemon, cancellationToken);
        store.Modify(kind, "argocd", "shop", application =>
        {
            // As an ApplicationSet does, which owns the field.
            kept.Add((string?)application["metadata"]!["annotations"]![GuardrailAnnotations.SuspendedAutomated]);
            Assert.That(application["spec"]!["syncPolicy"]!["automated"], Is.Null);
            application["spec"]!["syncPolicy"]!["automated"] = JsonNode.Parse(kept[0]!);
            return true;
        }, options: new WriteOptions("applicationset-controller"));
        var page = await daemon.Decisions.UntilAsync(d => d.Kind == DecisionKind.Page, "a person being called", cancellationToken);
        await daemon.Decisions.UntilToldAsync(5, cancellationToken);

        Assert.That(kept, Is.EqualTo(new[] { """{"prune":true,"selfHeal":true}""" }));
        Assert.That(page.Reason, Does.Contain("last written by argocd-controller"));
        Assert.That(shop.History.Rollbacks, Is.EqualTo(2), shop.History.ToString());
        Assert.That(shop.Cluster.Api.Counters.Of("patch", "applications"), Is.EqualTo(1), "never a second time");
    }

    [Test]
    public async Task A_return_that_is_refused_leaves_the_good_revision_and_tells_Flux_why(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        await using var daemon = await StartAsync(shop, "Refuse", cancellationToken, admission: true);
        shop.Cluster.Store.Create(
            ResourceTypes.ValidatingWebhookConfigurations, null, QuarantineWebhook.At(new Uri(daemon.AdmissionAddress, "/admission/quarantine")));
        await daemon.AdmissionAsync(cancellationToken);
        await using var flux = FakeGitOps.Flux(shop.Cluster.Api, TestShop.Space, TestShop.Service, Often);

        flux.Image = TestShop.Bad;
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.RollBack, cancellationToken);
        await daemon.Decisions.UntilAsync(() => flux.Applied.Count(a => a.Status == 403) >= 2, "two refusals", cancellationToken);

        Assert.That(shop.History.Images, Is.EqualTo(new[] { TestShop.First, TestShop.Bad, TestShop.First }));
        Assert.That(shop.History.Rollbacks, Is.EqualTo(1));
        var refusal = flux.Applied.First(a => a.Status == 403).Message;
        Assert.That(refusal, Does.StartWith("admission webhook \"quarantine.guardrail.dev\" denied the request: this template of deployment/checkout is revision "));
        var hash = shop.History.States[^1].Quarantined!;
        Assert.That(refusal, Does.Contain(hash).And.Match("guardrail release checkout-\\d+-[0-9a-f]{16} -n shop --reason"));

        using var http = new HttpClient { BaseAddress = shop.Cluster.Api.Address };
        var (dry, warning) = await PatchAsync(http, "?dryRun=All", Template(TestShop.Bad), cancellationToken);
        Assert.That((dry, warning), Is.EqualTo((200, true)), "a comparison is no attempt, and is told");
        Assert.That((await PatchAsync(http, "/scale", """{"spec":{"replicas":7}}""", cancellationToken)).Status, Is.EqualTo(200));
        Assert.That((await PatchAsync(http, "", """{"metadata":{"labels":{"team":"web"}},"spec":{"replicas":6}}""", cancellationToken)).Status, Is.EqualTo(200));
        flux.Image = null;
        Assert.That((await PatchAsync(http, "", Template(TestShop.Good), cancellationToken)).Status, Is.EqualTo(200), "another template passes");

        shop.Modify(d => d["metadata"]!["annotations"]!.AsObject().Remove(GuardrailAnnotations.Quarantined), "kubectl-annotate");
        Assert.That((await PatchAsync(http, "", Template(TestShop.Bad), cancellationToken)).Status, Is.EqualTo(200), "what is released may come back");
    }

    private static string Template(string image) =>
        $$"""{"spec":{"template":{"spec":{"containers":[{"name":"checkout","image":"{{image}}"}]} } } }""";

    private static async Task<(int Status, bool IsWarned)> PatchAsync(HttpClient http, string suffix, string patch, CancellationToken cancellationToken)
    {
        using var body = new StringContent(patch, Encoding.UTF8);
        body.Headers.ContentType = new MediaTypeHeaderValue(suffix == "/scale" ? "application/merge-patch+json" : "application/strategic-merge-patch+json");
        using var answer = await http.PatchAsync(
            new Uri("apis/apps/v1/namespaces/shop/deployments/checkout" + suffix, UriKind.Relative), body, cancellationToken);
        return ((int)answer.StatusCode, answer.Headers.Warning.Any(w => w.Text.Contains("Guardrail would refuse this", StringComparison.Ordinal)));
    }

    private static async Task SecondRollbackAsync(TestShop shop, GuardedDaemon daemon, CancellationToken cancellationToken)
    {
        await daemon.Decisions.UntilAsync(
            () => daemon.Decisions.Acts.Count(a => a is { Decision.Kind: DecisionKind.RollBack, Outcome: ActionOutcome.Applied }) == 2,
            "the second rollback",
            cancellationToken);
        await shop.SettledAsync(cancellationToken);
    }

    private static async Task<GuardedDaemon> StartAsync(
        TestShop shop, string action, CancellationToken cancellationToken, RecordKeeping records = RecordKeeping.Off, bool admission = false)
    {
        var policy = PolicyText.For(TestShop.Space) + $"  contest:\n    action: {action}\n";
        var daemon = await GuardedDaemon.StartAsync(
            new DaemonOptions
            {
                PolicyPaths = [shop.Write("policy.yaml", policy)],
                Scrape = true,
                Kubeconfig = shop.Kubeconfig,
                Listen = "127.0.0.1:0",
                Records = records,
                Admission = new() { Listen = admission ? "127.0.0.1:0" : null },
            },
            cancellationToken);
        await daemon.Decisions.UntilToldAsync(6, cancellationToken);
        return daemon;
    }
}
