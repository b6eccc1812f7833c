using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Leases: a positive duration. The form of their times is checked where bodies are decoded.</summary>
internal sealed class LeaseRules() : PlainRules("Lease")
{
    public override IEnumerable<FieldError> Validate(JsonObject item, JsonObject? old)
    {
        foreach (var (field, least) in new[] { ("leaseDurationSeconds", 1), ("leaseTransitions", 0) })
        {
            if (item["spec"]?[field] is { } value && (double)value < least)
            {
                var than = least == 1 ? "greater than 0" : "greater than or equal to 0";
                yield return FieldError.Invalid($"spec.{field}", value.ToJsonString(), $"must be {than}");
            }
        }
    }
}
