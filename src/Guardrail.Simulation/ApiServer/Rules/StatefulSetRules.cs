using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>StatefulSets: only some fields of the spec may change.</summary>
internal sealed class StatefulSetRules() : WorkloadRules("StatefulSet")
{
    private static readonly string[] Mutable =
    [
        "replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit", "persistentVolumeClaimRetentionPolicy", "minReadySeconds",
    ];

    public override JsonObject InitialStatus(JsonObject item) => new() { ["replicas"] = 0, ["availableReplicas"] = 0 };

    public override IEnumerable<FieldError> Validate(JsonObject item, JsonObject? old)
    {
        foreach (var error in base.Validate(item, old))
        {
            yield return error;
        }

        if (old is not null && !JsonNode.DeepEquals(Fixed(item), Fixed(old)))
        {
            yield return FieldError.Forbidden(
                "spec",
                "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', "
                + "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden");
        }
    }

    private static JsonObject Fixed(JsonObject set)
    {
        var spec = (JsonObject)set["spec"]!.DeepClone();
        foreach (var field in Mutable)
        {
            spec.Remove(field);
        }

        // The selector has a message of its own.
        spec.Remove("selector");
        return spec;
    }

    protected override void Complete(JsonObject spec)
    {
        Default(spec, "podManagementPolicy", "OrderedReady");
        var strategy = Child(spec, "updateStrategy");
        Default(strategy, "type", "RollingUpdate");
        if ((string?)strategy["type"] == "RollingUpdate")
        {
            Default(Child(strategy, "rollingUpdate"), "partition", 0);
        }

        Default(spec, "revisionHistoryLimit", 10);
        var retention = Child(spec, "persistentVolumeClaimRetentionPolicy");
        Default(retention, "whenDeleted", "Retain");
        Default(retention, "whenScaled", "Retain");
    }
}
