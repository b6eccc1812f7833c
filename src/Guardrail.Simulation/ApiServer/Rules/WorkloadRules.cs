using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>What Deployments, ReplicaSets, StatefulSets and DaemonSets have in common.</summary>
internal abstract class WorkloadRules(string kind) : PlainRules(kind)
{
    private readonly string lower = kind.ToLowerInvariant();

    protected virtual bool HasReplicas => true;

    public override void Prepare(JsonObject item, JsonObject? old)
    {
        var spec = Child(item, "spec");
        if (HasReplicas)
        {
            Default(spec, "replicas", 1);
        }

        if (spec["template"] is JsonObject template)
        {
            PodTemplateDefaults.Apply(Child(template, "spec"));
        }

        Complete(spec);
        JsonText.Settle(spec);
    }

    public override IEnumerable<FieldError> Validate(JsonObject item, JsonObject? old)
    {
        var spec = (JsonObject)item["spec"]!;
        if (HasReplicas && ((double?)spec["replicas"] ?? 0) < 0)
        {
            yield return FieldError.Invalid("spec.replicas", spec["replicas"]!.ToJsonString(), "must be greater than or equal to 0");
        }

        var selector = spec["selector"] as JsonObject;
        var labels = spec["template"]?["metadata"]?["labels"] as JsonObject;
        if (selector is null)
        {
            yield return FieldError.Required("spec.selector");
            yield return Mismatch(labels);
        }
        else if (selector["matchLabels"] is not JsonObject { Count: > 0 } && selector["matchExpressions"] is not JsonArray { Count: > 0 })
        {
            yield return FieldError.Invalid("spec.selector", "{}", $"empty selector is invalid for {lower}");
        }
        else if (old is not null && !JsonNode.DeepEquals(old["spec"]?["selector"], selector))
        {
            yield return FieldError.Invalid("spec.selector", selector.ToJsonString(JsonText.Options), "field is immutable");
        }

        if (selector is { Count: > 0 } && !LabelSelector.FromObject(selector).Matches(labels))
        {
            yield return Mismatch(labels);
        }

        foreach (var error in PodTemplateDefaults.Check(spec["template"]?["spec"] as JsonObject, "spec.template.spec"))
        {
            yield return error;
        }

        foreach (var error in ValidateSpec(spec))
        {
            yield return error;
        }
    }

    /// <summary>Defaults of the kind.</summary>
    protected abstract void Complete(JsonObject spec);

    /// <summary>Checks of the kind.</summary>
    protected virtual IEnumerable<FieldError> ValidateSpec(JsonObject spec) => [];

    private static FieldError Mismatch(JsonObject? labels) =>
        FieldError.Invalid(
            "spec.template.metadata.labels", labels?.ToJsonString(JsonText.Options) ?? "null", "`selector` does not match template `labels`");
}

/// <summary>Deployments: generation rises with annotations too (recording 02j).</summary>
internal sealed class DeploymentRules() : WorkloadRules("Deployment")
{
    public override bool StatusStoresLabels => false;

    public override JsonObject InitialStatus(JsonObject item) => [];

    public override bool RaisesGeneration(JsonObject item, JsonObject old) =>
        base.RaisesGeneration(item, old)
        || !JsonNode.DeepEquals(ObjectMeta.Of(item)["annotations"], ObjectMeta.Of(old)["annotations"]);

    protected override void Complete(JsonObject spec)
    {
        var strategy = Child(spec, "strategy");
        Default(strategy, "type", "RollingUpdate");
        if ((string?)strategy["type"] == "RollingUpdate")
        {
            var rolling = Child(strategy, "rollingUpdate");
            Default(rolling, "maxUnavailable", "25%");
            Default(rolling, "maxSurge", "25%");
        }

        Default(spec, "revisionHistoryLimit", 10);
        Default(spec, "progressDeadlineSeconds", 600);
        if (spec["paused"] is JsonValue paused && paused.TryGetValue<bool>(out var isPaused) && !isPaused)
        {
            spec.Remove("paused");
        }
    }

    protected override IEnumerable<FieldError> ValidateSpec(JsonObject spec)
    {
        if ((string?)spec["strategy"]?["type"] == "Recreate" && spec["strategy"]?["rollingUpdate"] is not null)
        {
            yield return FieldError.Forbidden(
                "spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'");
        }
    }
}

/// <summary>ReplicaSets.</summary>
internal sealed class ReplicaSetRules() : WorkloadRules("ReplicaSet")
{
    public override JsonObject InitialStatus(JsonObject item) => new() { ["replicas"] = 0 };

    protected override void Complete(JsonObject spec)
    {
    }
}
