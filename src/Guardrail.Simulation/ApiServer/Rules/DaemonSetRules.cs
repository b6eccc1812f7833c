using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>DaemonSets.</summary>
internal sealed class DaemonSetRules() : WorkloadRules("DaemonSet")
{
    protected override bool HasReplicas => false;

    public override JsonObject InitialStatus(JsonObject item) => new()
    {
        ["currentNumberScheduled"] = 0,
        ["numberMisscheduled"] = 0,
        ["desiredNumberScheduled"] = 0,
        ["numberReady"] = 0,
    };

    public override void Prepare(JsonObject item, JsonObject? old)
    {
        base.Prepare(item, old);
        var changed = old is not null && !JsonNode.DeepEquals(old["spec"]?["template"], item["spec"]?["template"]);
        if (old is null || changed)
        {
            var annotations = Child(ObjectMeta.Of(item), "annotations");
            const string Key = "deprecated.daemonset.template.generation";
            var count = long.TryParse(
                (string?)old?["metadata"]?["annotations"]?[Key], System.Globalization.CultureInfo.InvariantCulture, out var n) ? n : 0;
            annotations[Key] = (count + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    protected override void Complete(JsonObject spec)
    {
        var strategy = Child(spec, "updateStrategy");
        Default(strategy, "type", "RollingUpdate");
        if ((string?)strategy["type"] == "RollingUpdate")
        {
            var rolling = Child(strategy, "rollingUpdate");
            Default(rolling, "maxUnavailable", 1);
            Default(rolling, "maxSurge", 0);
        }

        Default(spec, "revisionHistoryLimit", 10);
    }
}
