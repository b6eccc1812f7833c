using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Acting;

namespace Guardrail.Kubernetes.Tests.Acting;

/// <summary>The StatefulSet of recording 02g, or the DaemonSet of 02h, at a moment, with its ControllerRevisions and pods.</summary>
internal sealed class RecordedSet
{
    public static readonly RevisionId First = new("db-546bb7f779");
    public static readonly RevisionId Second = new("db-665dd6b648");
    public static readonly RevisionId Third = new("db-54dc94774f");
    public static readonly RevisionId Broken = new("db-c59cd9856");

    private readonly WorkloadKind kind;

    public RecordedSet(long atMs, WorkloadKind kind = WorkloadKind.StatefulSet)
    {
        this.kind = kind;
        var events = Recordings.Events(kind == WorkloadKind.StatefulSet ? "02g-statefulset" : "02h-daemonset").Where(e => e.AtMs <= atMs).ToArray();
        Set = Last(events, kind.ToString().ToLowerInvariant() + "s").Single();
        Revisions = [.. Last(events, "controllerrevisions")];
        Pods = [.. Last(events, "pods")];
    }

    public JsonNode Set { get; }

    public List<JsonNode> Revisions { get; }

    public List<JsonNode> Pods { get; }

    public WorkloadId Id => new((string)Set["metadata"]!["namespace"]!, kind, (string)Set["metadata"]!["name"]!);

    public string Uid => (string)Set["metadata"]!["uid"]!;

    public LiveSet Live => new(kind, Element(Set), Revisions.Select(Element), Pods.Select(Element));

    public JsonObject Annotations
    {
        get
        {
            var annotations = Set["metadata"]!["annotations"] as JsonObject ?? [];
            Set["metadata"]!["annotations"] ??= annotations;
            return annotations;
        }
    }

    public int Partition
    {
        get => (int)Set["spec"]!["updateStrategy"]!["rollingUpdate"]!["partition"]!;
        set => Set["spec"]!["updateStrategy"]!["rollingUpdate"]!["partition"] = value;
    }

    public Precondition Precondition => new(Uid, (long)Set["metadata"]!["generation"]!, Live.CurrentRevision);

    public ActionPlan Plan(WorkloadAction action) => SetPlans.For(action, Live, new DateTimeOffset(2026, 3, 9, 12, 0, 0, TimeSpan.Zero));

    public ActionOutcome Outcome(WorkloadAction action) => ((ActionPlan.Finished)Plan(action)).Outcome;

    /// <summary>Carries out a plan on the set or its ControllerRevision, as the server would.</summary>
    public JsonNode Carry(ActionPlan plan)
    {
        var write = (ActionPlan.Write)plan;
        var all = write.Path.Contains("/controllerrevisions/", StringComparison.Ordinal) ? Revisions : [Set];
        var subject = all.Single(one => write.Path.EndsWith("/" + (string)one["metadata"]!["name"]!, StringComparison.Ordinal));
        return PatchedObject.Apply(write.Patch, subject.ToJsonString())
            ?? throw new InvalidOperationException("The server would refuse it: " + write.Patch.Operations);
    }

    public WorkloadAction.Hold Hold(string decision = "d1") =>
        new() { Decision = new(decision), Workload = Id, Precondition = Precondition, Reason = "compare" };

    public WorkloadAction.Resume Resume(string decision = "d2") =>
        new() { Decision = new(decision), Workload = Id, Precondition = Precondition, Reason = "go on" };

    public WorkloadAction.RollBack RollBack(RevisionId to, string decision = "d3") =>
        new() { Decision = new(decision), Workload = Id, Precondition = Precondition, Reason = "errors rose", To = to };

    public WorkloadAction.StampKnownGood Stamp() =>
        new() { Decision = new("d4"), Workload = Id, Precondition = Precondition, Reason = "baked" };

    public WorkloadAction.DeletePod DeletePod(string name)
    {
        var pod = Pods.Single(one => (string)one["metadata"]!["name"]! == name);
        return new()
        {
            Decision = new("d5"),
            Workload = Id,
            Precondition = Precondition,
            Reason = "broken",
            Pod = new(Id.Namespace, name),
            PodUid = (string)pod["metadata"]!["uid"]!,
        };
    }

    private static JsonElement Element(JsonNode node) => JsonSerializer.SerializeToElement(node);

    private static IEnumerable<JsonNode> Last(IEnumerable<(long AtMs, string Plural, JsonElement Event)> events, string plural) =>
        events.Where(e => e.Plural == plural).GroupBy(e => e.Event.GetProperty("object").GetProperty("metadata").GetProperty("uid").GetString())
            .Select(group => group.Last().Event).Where(e => e.GetProperty("type").GetString() != "DELETED")
            .Select(e => JsonNode.Parse(e.GetProperty("object").GetRawText())!);
}
