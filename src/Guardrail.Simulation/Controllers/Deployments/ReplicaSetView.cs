using System.Globalization;
using System.Text.Json.Nodes;

namespace Guardrail.Simulation.Controllers.Deployments;

/// <summary>A ReplicaSet as the Deployment controller reads it.</summary>
internal sealed class ReplicaSetView(JsonObject json)
{
    public JsonObject Json { get; } = json;

    public string Name { get; } = Kube.Name(json);

    public string Uid { get; } = Kube.Uid(json);

    /// <summary>Pods asked for.</summary>
    public int Desired { get; } = (int?)json["spec"]?["replicas"] ?? 1;

    /// <summary>Pods that exist.</summary>
    public int Actual { get; } = Kube.Count(json["status"]?["replicas"]);

    public int Ready { get; } = Kube.Count(json["status"]?["readyReplicas"]);

    public int Available { get; } = Kube.Count(json["status"]?["availableReplicas"]);

    public int Terminating { get; } = Kube.Count(json["status"]?["terminatingReplicas"]);

    public long Revision { get; } = Number(Kube.Annotation(json, DeploymentAnnotations.Revision)) ?? 0;

    public string Created { get; } = Kube.Text(json["metadata"]?["creationTimestamp"]);

    /// <summary>Order of creation; names settle what the clock of whole seconds cannot.</summary>
    public static IOrderedEnumerable<ReplicaSetView> OldestFirst(IEnumerable<ReplicaSetView> sets) =>
        sets.OrderBy(s => s.Created, StringComparer.Ordinal).ThenBy(s => s.Name, StringComparer.Ordinal);

    public int? AnnotatedCount(string key) => (int?)Number(Kube.Annotation(Json, key));

    public bool HasTemplate(JsonObject template) => TemplateHash.SameTemplate((JsonObject)Json["spec"]!["template"]!, template);

    private static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
