using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>ControllerRevisions: a number that is not negative, and data that never changes.</summary>
internal sealed class ControllerRevisionRules() : PlainRules("ControllerRevision")
{
    public override IEnumerable<FieldError> Validate(JsonObject item, JsonObject? old)
    {
        if (((double?)item["revision"] ?? 0) < 0)
        {
            yield return FieldError.Invalid("revision", item["revision"]!.ToJsonString(), "must be greater than or equal to 0");
        }

        if (old is not null && !JsonNode.DeepEquals(old["data"], item["data"]))
        {
            yield return FieldError.Invalid("data", item["data"]?.ToJsonString(JsonText.Options) ?? "null", "field is immutable");
        }
    }
}
