using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Definitions;
using Guardrail.Kubernetes.Policies;
using Guardrail.Kubernetes.Records;
using Guardrail.Kubernetes.Tests.Records;

namespace Guardrail.Kubernetes.Tests.Live;

/// <summary>Guardrail's own resources on a real API server, whose CEL rules the embedded one knows in part only.</summary>
[Explicit("Needs a cluster: set GUARDRAIL_TEST_KUBECONFIG to its kubeconfig (administrator).")]
[Category("Cluster")]
[CancelAfter(120_000)]
public sealed class RealResourceTests
{
    private LiveSpace live = null!;

    [SetUp]
    public async Task Start()
    {
        live = await LiveSpace.StartAsync();
        foreach (var name in ResourceDefinitions.Names)
        {
            await ResourceDefinitions.ApplyAsync(live.Api, name, TimeProvider.System, default);
        }

        foreach (var plural in (string[])[GuardedRollout.Plural, "guardrailpolicies"])
        {
            await EstablishedAsync(plural);
        }
    }

    [TearDown]
    public async Task Stop() => await live.DisposeAsync();

    [Test]
    public async Task A_record_is_made_written_conditionally_merged_and_pruned()
    {
        var store = new RecordStore(live.Api, TimeProvider.System);
        using var one = File(store, 4);
        using var other = File(store, 4);
        one.Edit(status => status.Decided(Sample.Decision(DecisionKind.Start)));
        await one.WriteAsync(default);
        other.Edit(status => status.Decided(Sample.Decision(DecisionKind.Hold, 1)));
        await other.WriteAsync(default);
        one.Edit(status => status.Decided(Sample.Decision(DecisionKind.Resume, 2)));
        await one.WriteAsync(default);
        var merged = (await store.ReadAsync(live.Name, one.Name, default))!;
        Assert.That(merged.Status!.Timeline.Select(d => d.Kind), Is.EqualTo(new[] { DecisionKind.Start, DecisionKind.Hold, DecisionKind.Resume }));

        var stale = merged with { Metadata = merged.Metadata with { ResourceVersion = "1" } };
        Assert.That((await Assert.ThrowsAsync<ApiException>(() => store.WriteStatusAsync(stale with { Status = merged.Status with { Reason = "late" } }, default)))!.Code, Is.EqualTo(409));

        // Only what people ask for can be changed in the spec.
        var fault = (await Assert.ThrowsAsync<ApiException>(() => live.PatchAsync(
            $"apis/guardrail.dev/v1alpha1/namespaces/{live.Name}/guardedrollouts/{one.Name}", """{"spec":{"policy":"other"}}""")))!;
        Assert.That(fault.Code, Is.EqualTo(422));
        Assert.That(fault.Message, Does.Contain("spec: Invalid value"));
        var asked = await store.AskAsync(merged, new() { Id = "1", Action = RequestedAction.Hold, By = "alice" }, default);
        Assert.That(asked.Spec.Request!.By, Is.EqualTo("alice"));
        Assert.That(asked.Metadata.RequestedAt, Is.Not.Null, "the server tells when it took the request");

        using var ended = File(store, 5);
        ended.Edit(status => status.Ended(RolloutOutcome.Healthy, Sample.Now, "well") with { Phase = RecordedPhase.Ended });
        await ended.WriteAsync(default);
        Assert.That((await store.ListOpenAsync(live.Name, default)).Select(r => r.Metadata.Name), Is.EqualTo(new[] { one.Name }), "selected by the server");
        var old = (await store.ListAsync(ended.Rollout.Workload, default)).Single(r => r.Status!.Outcome is not null);
        await store.DeleteAsync(old with { Metadata = old.Metadata with { Uid = "another" } }, default);
        Assert.That(await store.ReadAsync(live.Name, ended.Name, default), Is.Not.Null, "another one under the same name is not deleted");
        await store.DeleteAsync(old, default);
        Assert.That(await store.ReadAsync(live.Name, ended.Name, default), Is.Null);
    }

    [TestCase("""{"falseRollbackBudget": 1}""", "spec.falseRollbackBudget: Invalid value: 1: must be above 0 and at most 0.05")]
    [TestCase("""{"falseRollbackBudget": 0}""", "spec.falseRollbackBudget: Invalid value: 0: must be above 0 and at most 0.05")]
    [TestCase("""{"tick": "5"}""", "spec.tick: Invalid value: \"5\": spec.tick in body should match '^([0-9]{1,9}(\\.[0-9]{1,9})?(ms|s|m|h))+$'")]
    [TestCase("""{"tick": "90s"}""", "spec.tick: Invalid value: \"90s\": must be from 1s to 60s")]
    [TestCase("""{"cureWindow": "5s"}""", "spec.cureWindow: Invalid value: \"5s\": must be from 30s to 1h")]
    [TestCase("""{"storm": {"window": "10"}}""", "spec.storm.window: Invalid value: \"10\": spec.storm.window in body should match '^([0-9]{1,9}(\\.[0-9]{1,9})?(ms|s|m|h))+$'")]
    public async Task A_bad_policy_is_refused_with_one_sentence_that_names_the_field(string spec, string told)
    {
        var fault = (await Assert.ThrowsAsync<ApiException>(() => PolicyAsync("bad", spec)))!;
        Assert.That((fault.Code, fault.Message), Is.EqualTo((422, $"GuardrailPolicy.guardrail.dev \"bad\" is invalid: {told}")));
    }

    [TestCase("""{"pacing": {"stepPercents": [50, 10]}}""", "spec.pacing.stepPercents")]
    [TestCase("""{"autonomy": "Maximal"}""", "spec.autonomy")]
    [TestCase("""{"signals": [{"preset": "http", "errors": {"metric": "a", "outcomeLabels": ["code"]}}]}""", "spec.signals[0]")]
    public async Task A_bad_policy_is_refused_with_the_name_of_the_field(string spec, string field)
    {
        var fault = (await Assert.ThrowsAsync<ApiException>(() => PolicyAsync("bad", spec)))!;
        Assert.That((fault.Code, fault.Message.Contains(field, StringComparison.Ordinal)), Is.EqualTo((422, true)), fault.Message);
    }

    [Test]
    public async Task The_samples_and_the_ends_of_every_range_are_taken_and_the_defaults_are_the_reader_s()
    {
        foreach (var (spec, i) in ((string[])[
            "{}", """{"falseRollbackBudget": 0.05, "tick": "60s", "cureWindow": "1h"}""", """{"tick": "1s", "bake": "1.5h", "warmUp": "0s"}""",
            """{"pacing": {}, "contest": {"action": "Refuse"}, "storm": {"window": "1m"}, "freeze": {"window": "720h"}}"""]).Select((s, i) => (s, i)))
        {
            await PolicyAsync($"good-{i}", spec);
            var stored = await live.GetAsync($"apis/guardrail.dev/v1alpha1/namespaces/{live.Name}/guardrailpolicies/good-{i}");
            Assert.That(PolicyFile.Read(live.Name, "p", stored["spec"]!.ToJsonString()), Is.EqualTo(PolicyFile.Read(live.Name, "p", spec)), spec);
        }

        foreach (var file in Directory.EnumerateFiles(Path.Combine(ResourceServer.Checkout, "samples", "policies"), "*.yaml"))
        {
            foreach (var document in (await System.IO.File.ReadAllTextAsync(file)).Split("\n---\n"))
            {
                var here = document.Replace("namespace: shop", $"namespace: {live.Name}", StringComparison.Ordinal);
                await live.PostAsync($"apis/guardrail.dev/v1alpha1/namespaces/{live.Name}/guardrailpolicies?fieldValidation=Strict", here, "application/yaml");
            }
        }
    }

    private Task<JsonDocument> PolicyAsync(string name, string spec) => live.PostAsync(
        $"apis/guardrail.dev/v1alpha1/namespaces/{live.Name}/guardrailpolicies",
        new JsonObject
        {
            ["apiVersion"] = "guardrail.dev/v1alpha1",
            ["kind"] = "GuardrailPolicy",
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = JsonNode.Parse(spec),
        }.ToJsonString());

    private RecordFile File(RecordStore store, int number) => new(
        store, TimeProvider.System, new RolloutId(new(live.Name, WorkloadKind.Deployment, "checkout"), new("6f7d"), new($"58c{number}"), number), "u-1", "shop", null);

    private async Task EstablishedAsync(string plural)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await live.GetAsync($"apis/guardrail.dev/v1alpha1/namespaces/{live.Name}/{plural}");
                return;
            }
            catch (ApiException fault) when (fault is { Code: 404 } or { IsTransient: true } && attempt < 50)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }
    }
}
