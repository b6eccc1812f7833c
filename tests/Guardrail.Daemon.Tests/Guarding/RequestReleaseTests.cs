using System.Text.Json.Nodes;
using Guardrail.Daemon.Guarding;
using Guardrail.Engine.Policies;
using Guardrail.Kubernetes.Contest;
using Guardrail.Kubernetes.Records;
using Guardrail.Kubernetes.Workloads;
using Guardrail.Simulation.ApiServer;
using Guardrail.Testing.GitOps;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Daemon.Tests.Guarding;

/// <summary>What Guardrail suspended goes on when a person releases the revision.</summary>
[CancelAfter(60_000)]
internal sealed class RequestReleaseTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 5, 12, 0, 0, TimeSpan.Zero);

    [TestCase(ContestAction.Suspend, true, true)]
    [TestCase(ContestAction.Notify, true, true, Description = "the policy has changed since")]
    [TestCase(ContestAction.Refuse, true, true)]
    [TestCase(ContestAction.Notify, false, false, Description = "nothing tells that it was Guardrail, which needs no right to look")]
    public async Task A_suspended_source_is_given_back_whatever_the_policy_says_now(
        ContestAction action, bool recorded, bool goesOn, CancellationToken cancellationToken)
    {
        var time = new FakeTimeProvider(Start);
        await using var bench = await RecordBench.StartAsync(time, cancellationToken);
        var uid = Suspend(bench.Server.Store);
        var first = RecordBench.Blank(uid) with { Metadata = new() { Name = "first", Namespace = "shop", Labels = RecordLabels.Of(RecordBench.Checkout) } };
        await bench.Store.CreateAsync(first, cancellationToken);
        var second = await bench.Store.CreateAsync(first with { Metadata = first.Metadata with { Name = "second" } }, cancellationToken);
        using (var file = new RecordFile(bench.Store, time, second))
        {
            file.Edit(s => s with { Intents = recorded ? [Suspension(uid)] : [] });
            await file.WriteAsync(cancellationToken);
        }

        // The person names the first of the two rollouts; it was suspended in the second.
        await bench.Store.AskAsync((await bench.Store.ReadAsync("shop", "first", cancellationToken))!, new() { Id = "one", Action = RequestedAction.Release }, cancellationToken);
        var requests = new PersonRequests(
            bench.Store, new NoActuator(), time, "test", NullLogger<PersonRequests>.Instance, new SourceSuspender(bench.Api, TimeSpan.FromSeconds(10), time));
        var answer = await bench.AnswerAsync(
            requests, new GuardPolicy { Name = "shop", Namespace = "shop", Contest = new() { Action = action } }, cancellationToken);

        Assert.That((string?)answer["state"], Is.EqualTo("Done"));
        Assert.That(((string)answer["message"]!).Contains("Kustomization flux-system/apps, which Guardrail had suspended, goes on.", StringComparison.Ordinal), Is.EqualTo(goesOn));
        var source = GitOpsSources.Get(bench.Server.Store, GitOpsSources.Kustomizations, "flux-system", "apps");
        Assert.That((bool)source["spec"]!["suspend"]!, Is.EqualTo(!goesOn));
    }

    private static Intent Suspension(string uid) => new()
    {
        Decision = "suspend-58c4-5",
        Action = IntendedAction.SuspendSource,
        Reason = "it came back",
        Uid = uid,
        Generation = 1,
        Writer = "test",
        At = Start,
        Outcome = new() { State = IntentState.Applied, At = Start },
    };

    /// <summary>A Deployment that comes from a suspended Kustomization.</summary>
    /// <returns>The Deployment's uid.</returns>
    private static string Suspend(ObjectStore store)
    {
        GitOpsSources.Define(store, GitOpsSources.Kustomizations);
        GitOpsSources.Create(store, GitOpsSources.Kustomizations, "flux-system", "apps", new JsonObject { ["suspend"] = true });
        store.Modify(GitOpsSources.Served(store, GitOpsSources.Kustomizations), "flux-system", "apps", source =>
        {
            source["metadata"]!["annotations"] = new JsonObject { [GuardrailAnnotations.SuspendedBy] = "suspend-58c4-5" };
            return true;
        });
        var deployment = JsonNode.Parse("""
            {"metadata":{"name":"checkout","annotations":{"guardrail.dev/quarantined":"58c4"},
              "labels":{"kustomize.toolkit.fluxcd.io/name":"apps","kustomize.toolkit.fluxcd.io/namespace":"flux-system"}},
             "spec":{"selector":{"matchLabels":{"app":"checkout"}},
              "template":{"metadata":{"labels":{"app":"checkout"}},"spec":{"containers":[{"name":"checkout","image":"shop/checkout:1"}]}}}}
            """)!.AsObject();
        return (string)store.Create(ResourceTypes.Deployments, "shop", deployment)["metadata"]!["uid"]!;
    }
}
