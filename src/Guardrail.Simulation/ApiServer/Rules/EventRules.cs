using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Events, in the core form.</summary>
internal sealed class EventRules() : PlainRules("Event")
{
    private static readonly string[] Nullable = ["firstTimestamp", "lastTimestamp", "eventTime"];

    public override void Prepare(JsonObject item, JsonObject? old)
    {
        Child(item, "source");
        Child(item, "involvedObject");
        Default(item, "reportingComponent", (string?)item["source"]?["component"] ?? "");
        Default(item, "reportingInstance", "");
        foreach (var time in Nullable)
        {
            if (item[time] is null)
            {
                item[time] = null;
            }
        }
    }

    public override IEnumerable<FieldError> Validate(JsonObject item, JsonObject? old)
    {
        var own = (string?)ObjectMeta.Of(item)["namespace"] ?? "";
        var about = (string?)item["involvedObject"]?["namespace"] ?? "";
        if (about != own && !(about.Length == 0 && own == "default"))
        {
            yield return FieldError.Invalid("involvedObject.namespace", $"\"{about}\"", "does not match event.namespace");
        }
    }
}
