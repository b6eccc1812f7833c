using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>One manager's entry in managedFields.</summary>
internal sealed record FieldOwner(
    string Manager, bool Applies, string ApiVersion, string Subresource, DateTimeOffset Time, FieldSet Fields)
{
    public bool IsSameAs(FieldOwner other) =>
        Manager == other.Manager && Applies == other.Applies && ApiVersion == other.ApiVersion && Subresource == other.Subresource;

    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["manager"] = Manager,
            ["operation"] = Applies ? "Apply" : "Update",
            ["apiVersion"] = ApiVersion,
            ["time"] = ObjectMeta.Time(Time),
            ["fieldsType"] = "FieldsV1",
            ["fieldsV1"] = Fields.ToJson(),
        };
        if (Subresource.Length > 0)
        {
            json["subresource"] = Subresource;
        }

        return json;
    }
}
