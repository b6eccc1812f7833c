using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Acting;
using Guardrail.Kubernetes.Workloads;

namespace Guardrail.Kubernetes.Tests.Acting;

/// <summary>The actuator's patches beside those that a real API server was seen to accept.</summary>
public sealed class PatchContractTests
{
    [Test]
    public void A_rollback_writes_the_template_that_kubectl_rollout_undo_writes()
    {
        var records = Recordings.Read("02i-kubectl-rollout");
        var at = Enumerable.Range(0, records.Count).First(position => IsUndo(records[position]));
        var earlier = records.Take(at).Where(record => record.TryGetProperty("method", out var method) && method.GetString() == "GET")
            .ToArray();
        var deployment = earlier.Last(record => Body(record).GetProperty("kind").GetString() == "Deployment").GetProperty("responseBody");
        var sets = earlier.Last(record => Body(record).GetProperty("kind").GetString() == "ReplicaSetList").GetProperty("responseBody")
            .GetProperty("items").EnumerateArray();
        var live = new LiveDeployment(deployment, sets);
        var undo = records[at].GetProperty("requestBody")[0];
        var target = sets.Single(set => TemplateDigest.Of(set.GetProperty("spec")
            .GetProperty("template")) == TemplateDigest.Of(undo.GetProperty("value")));

        var action = new WorkloadAction.RollBack
        {
            Decision = new("d"),
            Workload = live.Kept.Id,
            Precondition = new(live.Kept.Uid, live.Kept.Generation, live.CurrentRevision!.Value),
            Reason = "r",
            To = new RevisionId(target.GetProperty("metadata").GetProperty("labels").GetProperty("pod-template-hash").GetString()!),
        };
        var patch = ((ActionPlan.Write)DeploymentPlans.For(action, live, default)).Patch;
        var template = patch.Operations.Single(operation => (string?)operation!["path"] == "/spec/template")!["value"];
        Assert.That(JsonNode.DeepEquals(template, JsonNode.Parse(undo.GetProperty("value")
            .GetRawText())), Is.True, template!.ToJsonString());
        using var content = patch.ToContent();
        Assert.That(content.Headers.ContentType!.MediaType, Is.EqualTo(records[at].GetProperty("requestHeaders").GetProperty("content-type")
            .GetString()));
    }

    [TestCase(WorkloadKind.StatefulSet, "statefulsets/db", 99)]
    [TestCase(WorkloadKind.StatefulSet, "statefulsets/db", 108)]
    [TestCase(WorkloadKind.DaemonSet, "daemonsets/agent", 123)]
    public void A_rollback_of_a_set_writes_the_template_that_kubectl_rollout_undo_writes(WorkloadKind kind, string path, int at)
    {
        var records = Recordings.Read("02i-kubectl-rollout");
        var undo = records[at].GetProperty("requestBody").GetProperty("spec").GetProperty("template");
        var reads = records.Take(at).Where(record => record.TryGetProperty("method", out var method) && method.GetString() == "GET").ToArray();
        var set = reads.Last(record => record.GetProperty("path").GetString()!.EndsWith(path, StringComparison.Ordinal)).GetProperty("responseBody");
        var revisions = Body(reads.Last(record => record.GetProperty("path").GetString()!.Contains("controllerrevisions", StringComparison.Ordinal)))
            .GetProperty("items").EnumerateArray().ToArray();
        var live = new LiveSet(kind, set, revisions, []);
        var target = revisions.Single(one => TemplateDigest.Of(one.GetProperty("data").GetProperty("spec").GetProperty("template")) == TemplateDigest.Of(undo));
        var action = new WorkloadAction.RollBack
        {
            Decision = new("d"),
            Workload = live.Kept.Id,
            Precondition = new(live.Kept.Uid, live.Kept.Generation, live.CurrentRevision!.Value),
            Reason = "r",
            To = ((ClusterObject.Revision)RevisionReader.ReadControllerRevision(target)).View.Id,
        };
        var patch = ((ActionPlan.Write)SetPlans.For(action, live, default)).Patch;
        var template = patch.Operations.Single(operation => (string?)operation!["path"] == "/spec/template")!["value"];
        var expected = JsonNode.Parse(undo.GetRawText())!.AsObject();
        Assert.That((string?)expected["$patch"], Is.EqualTo("replace"));
        expected.Remove("$patch");
        Assert.That(JsonNode.DeepEquals(template, expected), Is.True, template!.ToJsonString());
    }

    [Test]
    public void Paths_and_operations_are_such_as_the_server_accepted()
    {
        var accepted = Recordings.Read("05a-patches").Where(record => record.TryGetProperty("requestBody", out var body)
            && body.ValueKind == JsonValueKind.Array
            && record.GetProperty("status").GetInt32() == 200).SelectMany(record => record.GetProperty("requestBody").EnumerateArray())
                .ToArray();
        Assert.That(accepted.Select(operation => operation.GetProperty("op")
            .GetString()), Is.SupersetOf(new[] { "test", "add", "remove" }));
        Assert.That(accepted.Select(operation => operation.GetProperty("path").GetString()), Does.Contain("/metadata/annotations/"
            + JsonPatch.Escape("example.com/x")));
    }

    private static bool IsUndo(JsonElement record) => record.TryGetProperty("method", out var method) && method.GetString() == "PATCH"
        && record.GetProperty("requestHeaders").GetProperty("content-type").GetString() == "application/json-patch+json";

    private static JsonElement Body(JsonElement record) =>
        record.GetProperty("responseBody") is { ValueKind: JsonValueKind.Object } body ? body
            : JsonSerializer.SerializeToElement(new { kind = "none" });
}
