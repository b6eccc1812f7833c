using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Kubernetes.Tests.Live;

/// <summary>ConfigMaps on a real API server: kept, restored with a rollback, and what the embedded server says of them.</summary>
[Explicit("Needs a cluster: set GUARDRAIL_TEST_KUBECONFIG to its kubeconfig (administrator).")]
[Category("Cluster")]
[CancelAfter(120_000)]
public sealed class RealConfigurationTests
{
    [Test]
    public async Task A_ConfigMap_that_was_changed_with_the_release_goes_back_with_the_revision()
    {
        await using var live = await LiveSpace.StartAsync();
        var maps = $"api/v1/namespaces/{live.Name}/configmaps";
        await live.PostAsync(maps, """{"metadata":{"name":"env"},"data":{"LIMIT":"10"},"binaryData":{"logo":"AAEC"}}""");
        await live.MakeWorkloadAsync(WorkloadKind.Deployment, """ "envFrom":[{"configMapRef":{"name":"env"} }] """);
        await using var feed = live.Feed();
        var first = await feed.ViewAsync(view => view.Observed && view.Pods.Count(pod => pod.ReadySince is not null) == 3);
        var stamp = new WorkloadAction.StampKnownGood
        {
            Decision = new("good-1"),
            Workload = first.Id,
            Precondition = Of(first),
            Reason = "baked",
            Configuration = ConfigurationScope.ConfigMaps,
        };
        Assert.That(await live.Actuator.PrepareAsync(stamp, default), Is.EqualTo(Preparation.Nothing));
        Assert.That(await live.Actuator.ApplyAsync(stamp, default), Is.InstanceOf<ActionOutcome.Applied>());

        var released = TimeProvider.System.GetUtcNow();
        await live.PatchAsync($"{maps}/env", """{"data":{"LIMIT":"0","NEW":"1"},"binaryData":{"logo":null,"other":"Aw=="}}""");
        await live.SetImageAsync("2");
        var bad = await feed.ViewAsync(view => view.Observed && view.CurrentRevision is { } now && now != first.CurrentRevision);
        var rollBack = new WorkloadAction.RollBack
        {
            Decision = new("rollback-2"),
            Workload = bad.Id,
            Precondition = Of(bad),
            Reason = "errors",
            To = first.CurrentRevision!.Value,
            Configuration = ConfigurationScope.ConfigMaps,
            ReleasedAt = released,
        };
        var prepared = await live.Actuator.PrepareAsync(rollBack, default);
        Assert.That(await live.Actuator.ApplyAsync(rollBack, default), Is.InstanceOf<ActionOutcome.Applied>());

        Assert.That(prepared, Has.Property("IsWhole").True.And.Property("Note").StartsWith("restored with it: ConfigMap env"));
        var restored = await live.GetAsync($"{maps}/env");
        Assert.That(restored["data"]!.ToJsonString(), Is.EqualTo("""{"LIMIT":"10"}"""));
        Assert.That(restored["binaryData"]!.ToJsonString(), Is.EqualTo("""{"logo":"AAEC"}"""));
        Assert.That((await live.Actuator.PrepareAsync(rollBack, default)).Note, Does.StartWith("restored with it: ConfigMap env"), "told again, done once");
    }

    /// <summary>The refusals that the rules of the embedded server's ConfigMaps repeat (ConfigRulesTests).</summary>
    [TestCase("""{"binaryData":{"a":"AQ=="}}""", 422, "ConfigMap \"c\" is invalid: binaryData: Forbidden: field is immutable when `immutable` is set")]
    [TestCase("""{"data":{"k":"other"}}""", 422, "ConfigMap \"c\" is invalid: data: Forbidden: field is immutable when `immutable` is set")]
    [TestCase("""{"immutable":false}""", 422, "ConfigMap \"c\" is invalid: immutable: Forbidden: field is immutable when `immutable` is set")]
    [TestCase("""{"data":{"a":"v"}}""", 422, "ConfigMap \"c\" is invalid: [data: Forbidden: field is immutable when `immutable` is set, data[a]: Invalid value: \"a\": duplicate of key present in binaryData]")]
    public async Task An_immutable_ConfigMap_is_not_changed(string patch, int code, string message)
    {
        await using var live = await LiveSpace.StartAsync();
        var maps = $"api/v1/namespaces/{live.Name}/configmaps";
        await live.PostAsync(maps, """{"metadata":{"name":"c"},"immutable":true,"data":{"k":"v"},"binaryData":{"a":"AA=="}}""");
        var fault = (await Assert.ThrowsAsync<ApiException>(() => live.PatchAsync($"{maps}/c", patch)))!;
        Assert.That((fault.Code, fault.Message), Is.EqualTo((code, message)));
    }

    [TestCase("""{"binaryData":{"b":"AAA"}}""", 400, "illegal base64 data at input byte 0")]
    [TestCase("""{"binaryData":{"b":"A*=="}}""", 400, "illegal base64 data at input byte 1")]
    [TestCase("""{"data":{"k":"v"},"binaryData":{"k":"AA=="}}""", 422, "ConfigMap \"c\" is invalid: data[k]: Invalid value: \"k\": duplicate of key present in binaryData")]
    public async Task A_bad_ConfigMap_is_not_made(string body, int code, string message)
    {
        await using var live = await LiveSpace.StartAsync();
        var fault = (await Assert.ThrowsAsync<ApiException>(
            () => live.PostAsync($"api/v1/namespaces/{live.Name}/configmaps", """{"metadata":{"name":"c"},""" + body[1..])))!;
        Assert.That((fault.Code, fault.Message), Is.EqualTo((code, code == 422 ? message : $"ConfigMap in version \"v1\" cannot be handled as a ConfigMap: {message}")));
    }

    private static Precondition Of(WorkloadView view) => new(view.Uid, view.Generation, view.CurrentRevision!.Value);
}
