using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Acting;

namespace Guardrail.Kubernetes.Tests.Acting;

/// <summary>The Deployment of recording 02a when its third revision had been rolled out, with its three ReplicaSets.</summary>
internal sealed class RecordedRollout
{
    public static readonly WorkloadId Web = new("demo-a", WorkloadKind.Deployment, "web");
    public static readonly RevisionId First = new("d57648d67");
    public static readonly RevisionId Second = new("85d78cfff6");
    public static readonly RevisionId Third = new("75b7dd8677");

    public RecordedRollout()
    {
        var events = Recordings.Events("02a-deployment-create-update-undo").Where(one => one.AtMs < 4840).ToArray();
        Deployment = Node(events.Last(one => one.Plural == "deployments"));
        ReplicaSets = [.. events.Where(one => one.Plural == "replicasets").GroupBy(one => (string)Node(one)["metadata"]!["name"]!)
            .Select(group => Node(group.Last()))];
    }

    public JsonNode Deployment { get; }

    public List<JsonNode> ReplicaSets { get; }

    public JsonObject Annotations => Deployment["metadata"]!["annotations"]!.AsObject();

    public string Uid => (string)Deployment["metadata"]!["uid"]!;

    public Precondition Precondition => new(Uid, (long)Deployment["metadata"]!["generation"]!, Third);

    public ActionPlan Plan(WorkloadAction action) => DeploymentPlans.For(
        action,
        new LiveDeployment(JsonSerializer.SerializeToElement(Deployment), ReplicaSets.Select(set =>
            JsonSerializer.SerializeToElement(set))),
        new DateTimeOffset(2026, 3, 9, 12, 0, 0, TimeSpan.Zero));

    /// <summary>What the plan makes of the Deployment (or of a ReplicaSet).</summary>
    public JsonNode After(ActionPlan plan)
    {
        var write = (ActionPlan.Write)plan;
        var subject = write.Path.Contains("/replicasets/", StringComparison.Ordinal)
            ? ReplicaSets.Single(set => write.Path.EndsWith("/" + (string)set["metadata"]!["name"]!, StringComparison.Ordinal))
            : Deployment;
        return PatchedObject.Apply(write.Patch, subject.ToJsonString()) ?? throw new InvalidOperationException(
            "The server would refuse it: " + write.Patch.Operations);
    }

    public WorkloadAction.Hold Hold(string decision = "d1") =>
        new() { Decision = new(decision), Workload = Web, Precondition = Precondition, Reason = "compare" };

    public WorkloadAction.Resume Resume(string decision = "d2") =>
        new() { Decision = new(decision), Workload = Web, Precondition = Precondition, Reason = "go on" };

    public WorkloadAction.RollBack RollBack(RevisionId to, string decision = "d3") =>
        new() { Decision = new(decision), Workload = Web, Precondition = Precondition, Reason = "errors rose", To = to };

    public WorkloadAction.StampKnownGood Stamp() =>
        new() { Decision = new("d4"), Workload = Web, Precondition = Precondition, Reason = "baked" };

    private static JsonNode Node((long AtMs, string Plural, JsonElement Event) one) => JsonNode.Parse(one.Event.GetProperty("object")
        .GetRawText())!;
}
