using System.Globalization;
using System.Text.Json.Nodes;
using Guardrail.Simulation.Controllers.Loop;

namespace Guardrail.Simulation.Controllers.Deployments;

/// <summary>A Deployment as its controller reads it, with the arithmetic of its strategy.</summary>
internal sealed class DeploymentView
{
    public DeploymentView(JsonObject json)
    {
        Json = json;
        var spec = (JsonObject)json["spec"]!;
        Key = Kube.Key(json);
        Replicas = (int?)spec["replicas"] ?? 1;
        Paused = (bool?)spec["paused"] ?? false;
        Recreates = (string?)spec["strategy"]?["type"] == "Recreate";
        MinReadySeconds = Kube.Count(spec["minReadySeconds"]);
        var deadline = (int?)spec["progressDeadlineSeconds"] ?? 600;
        ProgressDeadline = deadline == int.MaxValue ? null : TimeSpan.FromSeconds(deadline);
        HistoryLimit = (int?)spec["revisionHistoryLimit"] ?? 10;
        Template = (JsonObject)spec["template"]!;
        var rolling = spec["strategy"]?["rollingUpdate"];
        var surge = Scaled(rolling?["maxSurge"], roundUp: true);
        var unavailable = Scaled(rolling?["maxUnavailable"], roundUp: false);
        // Both zero would stand still for ever.
        unavailable = surge == 0 && unavailable == 0 ? 1 : unavailable;
        MaxSurge = Recreates ? 0 : surge;
        MaxUnavailable = Recreates || Replicas == 0 ? 0 : Math.Min(unavailable, Replicas);
    }

    public JsonObject Json { get; }

    public ObjectKey Key { get; }

    public int Replicas { get; }

    public bool Paused { get; }

    public bool Recreates { get; }

    public int MinReadySeconds { get; }

    public TimeSpan? ProgressDeadline { get; }

    public int HistoryLimit { get; }

    public JsonObject Template { get; }

    public int MaxSurge { get; }

    public int MaxUnavailable { get; }

    public JsonNode? Status => Json["status"];

    public JsonObject? Progressing => Kube.Condition(Status, "Progressing");

    /// <summary>Whether a status tells of a finished rollout.</summary>
    public bool IsComplete(JsonObject status) =>
        Kube.Count(status["updatedReplicas"]) == Replicas
        && Kube.Count(status["replicas"]) == Replicas
        && Kube.Count(status["availableReplicas"]) == Replicas
        && ((long?)status["observedGeneration"] ?? 0) >= (long)Json["metadata"]!["generation"]!;

    private int Scaled(JsonNode? value, bool roundUp)
    {
        if (value is null)
        {
            value = "25%";
        }

        if (value.GetValueKind() == System.Text.Json.JsonValueKind.Number)
        {
            return (int)value;
        }

        var share = double.Parse(Kube.Text(value).TrimEnd('%'), CultureInfo.InvariantCulture) * Replicas / 100;
        return (int)(roundUp ? Math.Ceiling(share) : Math.Floor(share));
    }
}
