using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>The columns of a custom resource.</summary>
internal static class PrinterColumns
{
    public static IReadOnlyList<Column> Of(CustomResourceRules rules)
    {
        var columns = new List<Column> { BuiltInColumns.Name };
        if (rules.Columns is null)
        {
            columns.Add(BuiltInColumns.Age);
            return columns;
        }

        foreach (var described in rules.Columns.OfType<JsonObject>())
        {
            var path = SimpleJsonPath.Parse((string?)described["jsonPath"] ?? "");
            var type = (string?)described["type"] ?? "string";
            columns.Add(new Column((string?)described["name"] ?? "", type, (int?)described["priority"] ?? 0, (item, now) => Cell(path, type, item, now))
            {
                Description = (string?)described["description"] ?? "",
            });
        }

        return columns;
    }

    private static JsonNode? Cell(SimpleJsonPath path, string type, JsonObject item, DateTimeOffset now)
    {
        var found = path.Find(item);
        return (found, type) switch
        {
            (null, _) => null,
            (_, "date") => HumanDuration.Since(found, now),
            (JsonValue value, "string") => value.ToString(),
            (JsonValue value, _) => value.DeepClone(),
            _ => found.ToJsonString(JsonText.Options),
        };
    }
}
