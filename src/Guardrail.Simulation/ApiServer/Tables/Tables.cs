using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Answers as <c>Table</c>, which is what kubectl prints.</summary>
internal static class Tables
{
    public static JsonObject Of(
        ApiRequest request, IReadOnlyList<StoredObject> items, long version, string? token, long? remaining, TimeProvider time)
    {
        var columns = request.View.Rules is CustomResourceRules custom ? PrinterColumns.Of(custom) : BuiltInColumns.Of(request.Type);
        var include = request.Query("includeObject") ?? "Metadata";
        var now = time.GetUtcNow();
        var rows = new JsonArray();
        foreach (var item in items)
        {
            rows.Add(new JsonObject
            {
                ["cells"] = new JsonArray([.. columns.Select(c => c.Cell(item.Json, now))]),
                ["object"] = include switch
                {
                    "None" => null,
                    "Object" => JsonNode.Parse(request.View.Utf8(item).Span),
                    _ => ObjectWriter.Partial(item),
                },
            });
        }

        return new JsonObject
        {
            ["kind"] = "Table",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = ObjectWriter.Meta(version, token, remaining),
            ["columnDefinitions"] = new JsonArray([.. columns.Select(c => c.ToJson())]),
            ["rows"] = rows,
        };
    }
}

/// <summary>One column.</summary>
/// <param name="Name">Heading.</param>
/// <param name="Type">string, integer, date.</param>
/// <param name="Priority">0 is always shown, others only when asked for more.</param>
/// <param name="Cell">Makes a cell.</param>
internal sealed record Column(string Name, string Type, int Priority, Func<JsonObject, DateTimeOffset, JsonNode?> Cell)
{
    public string Description { get; init; } = "";

    public JsonObject ToJson() => new()
    {
        ["name"] = Name,
        ["type"] = Type,
        ["format"] = Name == "Name" ? "name" : "",
        ["description"] = Description.Length > 0 ? Description : Name,
        ["priority"] = Priority,
    };
}
