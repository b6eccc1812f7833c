using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Daemon.Guarding;
using Guardrail.Daemon.Health;
using Guardrail.Engine.Policies;
using Guardrail.Kubernetes.Policies;
using Guardrail.Kubernetes.Records;
using Guardrail.Simulation.ApiServer;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Daemon.Tests.Guarding;

/// <summary>What is told, and where, of policies of the cluster that do not do what is written in them.</summary>
[CancelAfter(20_000)]
internal sealed class ClusterPoliciesTests
{
    private const string Path = "apis/guardrail.dev/v1alpha1/namespaces/shop/guardrailpolicies";
    private const string Limit = "but Guardrail may do no more than Recommend here (--autonomy-ceiling, in the chart autonomyCeiling).";
    private FakeTimeProvider time = null!;
    private LogLines<ClusterPolicies> log = null!;
    private PolicyStandings standings = null!;
    private RecordBench bench = null!;

    [SetUp]
    public async Task Start()
    {
        (time, log, standings) = (new(), new(), new());
        bench = await RecordBench.StartAsync(time, CancellationToken.None);
    }

    [TearDown]
    public async Task Stop() => await bench.DisposeAsync();

    [Test]
    public async Task A_policy_that_asks_for_more_than_the_ceiling_is_limited_and_says_so_in_its_status(CancellationToken cancellationToken)
    {
        await MakeAsync("web", """{"autonomy": "Enforce"}""", cancellationToken);
        await MakeAsync("calm", """{"autonomy": "Recommend"}""", cancellationToken);
        await using var changes = Follow(cancellationToken);
        var inForce = await NextAsync(changes);

        Assert.That(inForce.Select(p => (p.Name, p.Autonomy, p.AskedAutonomy)), Is.EqualTo(new (string, Autonomy, Autonomy?)[]
        {
            ("calm", Autonomy.Recommend, null), ("web", Autonomy.Recommend, Autonomy.Enforce),
        }));
        var web = await StatusAsync("web", s => s.ObservedGeneration == 1, cancellationToken);
        var calm = await StatusAsync("calm", s => s.ObservedGeneration == 1, cancellationToken);
        Assert.That(Of(web, RolloutConditions.Limited), Is.EqualTo(("True", "AutonomyCeiling", "The policy asks for Enforce, " + Limit)));
        Assert.That(Of(web, RolloutConditions.Ready).Status, Is.EqualTo("True"), "it is in force");
        Assert.That(Of(calm, RolloutConditions.Limited), Is.EqualTo(("False", "WithinCeiling", "Guardrail may do what the policy asks for.")));
        Assert.That((web.AutonomyCeiling, calm.AutonomyCeiling), Is.EqualTo((Autonomy.Recommend, Autonomy.Recommend)));
    }

    [Test]
    public async Task The_log_tells_it_once_for_each_version_of_the_policy(CancellationToken cancellationToken)
    {
        const string Line = "The policy shop/web asks for {0}, but this instance may do no more than Recommend (--autonomy-ceiling, in the chart autonomyCeiling)";
        var (enforce, veto) = (Line.Replace("{0}", "Enforce", StringComparison.Ordinal), Line.Replace("{0}", "Veto", StringComparison.Ordinal));
        await MakeAsync("web", """{"autonomy": "Enforce"}""", cancellationToken);
        await using var changes = Follow(cancellationToken);
        await NextAsync(changes);
        Assert.That(log.All, Is.EqualTo(new[] { enforce }));

        // What another policy does makes all of them be told anew, and writing the status is no new version.
        await StatusAsync("web", s => s.ObservedGeneration == 1, cancellationToken);
        await MakeAsync("other", "{}", cancellationToken);
        await NextAsync(changes);
        Assert.That(log.All, Is.EqualTo(new[] { enforce }));

        await ChangeAsync("web", """{"spec": {"autonomy": "Veto"}}""", cancellationToken);
        await NextAsync(changes);
        await ChangeAsync("web", """{"spec": {"autonomy": "Observe"}}""", cancellationToken);
        await NextAsync(changes);
        Assert.That(log.All, Is.EqualTo(new[] { enforce, veto }));
        var status = await StatusAsync("web", s => s.ObservedGeneration == 3, cancellationToken);
        Assert.That(Of(status, RolloutConditions.Limited).Status, Is.EqualTo("False"));
    }

    [Test]
    public async Task One_that_is_spoilt_stays_in_force_as_limited_as_it_was_and_one_that_never_was_usable_guards_nothing(CancellationToken cancellationToken)
    {
        // The schema lets them pass, and the reader does not: steps that do not ascend.
        const string Spoilt = """{"pacing": {"stepPercents": [50, 10]}}""";
        await MakeAsync("torn", Spoilt, cancellationToken);
        await MakeAsync("web", """{"autonomy": "Enforce"}""", cancellationToken);
        await using var changes = Follow(cancellationToken);
        await NextAsync(changes);
        await ChangeAsync("web", $$"""{"spec": {{Spoilt}}}""", cancellationToken);
        var inForce = await NextAsync(changes);

        Assert.That(inForce.Select(p => (p.Name, p.AskedAutonomy)), Is.EqualTo(new (string, Autonomy?)[] { ("web", Autonomy.Enforce) }));
        Assert.That(standings.All.Select(p => (p.Newest.Name, p.IsOutdated, p.InForce is null)), Is.EqualTo(new[] { ("torn", false, true), ("web", true, false) }));
        Assert.That(standings.All.Select(p => p.Newest.Problem), Has.All.StartsWith("spec.pacing.stepPercents"));
        var (torn, web) = (
            await StatusAsync("torn", s => s.ObservedGeneration == 1, cancellationToken), await StatusAsync("web", s => s.ObservedGeneration == 2, cancellationToken));
        Assert.That((Of(web, RolloutConditions.Ready).Status, Of(web, RolloutConditions.Limited).Status), Is.EqualTo(("False", "True")));
        Assert.That(Of(torn, RolloutConditions.Limited), Is.EqualTo(("False", "NotInForce", "No version of the policy is in force.")));
        Assert.That(log.All.Count(l => l.Contains(" asks for ", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task What_is_told_of_an_older_version_never_comes_last(CancellationToken cancellationToken)
    {
        var came = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bench.Server.Faults.Inject(
            call => call.FullResource == "guardrailpolicies/status" && (came.TrySetResult() || true), new ApiFault.Latency(TimeSpan.FromSeconds(1)), times: 1);
        await MakeAsync("web", """{"autonomy": "Enforce"}""", cancellationToken);
        await using var changes = Follow(cancellationToken);
        await NextAsync(changes);
        await came.Task.WaitAsync(cancellationToken);
        await ChangeAsync("web", """{"spec": {"autonomy": "Observe"}}""", cancellationToken);
        await NextAsync(changes);
        for (var i = 0; i < 10; i++)
        {
            // Enough for a write that waits for no other to be served.
            using var look = await bench.Api.SendAsync(HttpMethod.Get, Path, null, cancellationToken);
        }

        var told = new List<long>();
        using var watching = bench.Server.Store.Subscribe(change => told.Add((long?)change.Item["status"]?["observedGeneration"] ?? 0));
        time.Advance(TimeSpan.FromSeconds(1));
        await StatusAsync("web", s => s.ObservedGeneration == 2, cancellationToken);

        Assert.That(told, Is.EqualTo(new long[] { 1, 2 }));
    }

    private IAsyncEnumerator<ImmutableArray<GuardPolicy>> Follow(CancellationToken cancellationToken)
    {
        var store = new PolicyStore(bench.Api, TimeProvider.System);
        var reporter = new PolicyReporter(store, TimeProvider.System, new LogLines<PolicyReporter>());
        var source = new ClusterPolicies(store, reporter, standings, ["shop"], Autonomy.Recommend, new Readiness(TimeProvider.System), log);
        return source.WatchAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
    }

    private static async Task<ImmutableArray<GuardPolicy>> NextAsync(IAsyncEnumerator<ImmutableArray<GuardPolicy>> changes)
    {
        Assert.That(await changes.MoveNextAsync(), Is.True);
        return changes.Current;
    }

    private Task MakeAsync(string name, string spec, CancellationToken cancellationToken) => bench.SendAsync(
        HttpMethod.Post, Path, "application/json",
        $$"""{"apiVersion": "guardrail.dev/v1alpha1", "kind": "GuardrailPolicy", "metadata": {"name": "{{name}}", "namespace": "shop"}, "spec": {{spec}}}""",
        cancellationToken);

    private Task ChangeAsync(string name, string patch, CancellationToken cancellationToken) =>
        bench.SendAsync(HttpMethod.Patch, $"{Path}/{name}", "application/merge-patch+json", patch, cancellationToken);

    /// <summary>The status, once it is as it should be.</summary>
    private async Task<PolicyStatus> StatusAsync(string name, Func<PolicyStatus, bool> fits, CancellationToken cancellationToken)
    {
        var told = new TaskCompletionSource<PolicyStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look(JsonNode? item)
        {
            if ((string?)item?["kind"] == "GuardrailPolicy" && (string?)item["metadata"]!["name"] == name
                && item["status"].Deserialize<PolicyStatus>(RecordJson.Options) is { } status && fits(status))
            {
                told.TrySetResult(status);
            }
        }

        using var watching = bench.Server.Store.Subscribe(change => Look(change.Item));
        using var now = await bench.Api.SendAsync(HttpMethod.Get, $"{Path}/{name}", null, cancellationToken);
        Look(JsonNode.Parse(now.RootElement.GetRawText()));
        return await told.Task.WaitAsync(cancellationToken);
    }

    private static (string Status, string Reason, string Message) Of(PolicyStatus status, string type) =>
        status.Conditions.Single(c => c.Type == type) is var c ? (c.Status, c.Reason, c.Message) : default;
}
