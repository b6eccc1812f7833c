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
