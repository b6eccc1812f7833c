using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Events of <c>events.k8s.io/v1</c>, which are the core Events under other field names.</summary>
internal static class EventView
{
    private static readonly (string Core, string New)[] Names =
    [
        ("eventTime", "eventTime"), ("series", "series"), ("reportingComponent", "reportingController"),
        ("reportingInstance", "reportingInstance"), ("action", "action"), ("reason", "reason"), ("involvedObject", "regarding"),
        ("related", "related"), ("message", "note"), ("type", "type"), ("source", "deprecatedSource"),
        ("firstTimestamp", "deprecatedFirstTimestamp"), ("lastTimestamp", "deprecatedLastTimestamp"), ("count", "deprecatedCount"),
    ];

    public static Schema Schema { get; } = MakeSchema();

    public static JsonObject ToNew(JsonObject core)
    {
        var item = new JsonObject
        {
            ["kind"] = "Event",
            ["apiVersion"] = "events.k8s.io/v1",
            ["metadata"] = core["metadata"]?.DeepClone(),
        };
        foreach (var (from, to) in Names)
        {
            if (core.ContainsKey(from))
            {
                item[to] = core[from]?.DeepClone();
            }
        }

        return item;
    }

    public static JsonObject ToCore(JsonObject item)
    {
        var core = new JsonObject { ["kind"] = "Event", ["apiVersion"] = "v1", ["metadata"] = item["metadata"]?.DeepClone() };
        foreach (var (to, from) in Names)
        {
            if (item.ContainsKey(from))
            {
                core[to] = item[from]?.DeepClone();
            }
        }

        return core;
    }

    /// <summary>The stricter rules of this view (recording 06b).</summary>
    public static void Check(JsonObject item, JsonObject? old)
    {
        var name = (string?)item["metadata"]?["name"] ?? "";
        var errors = new List<FieldError>();
        if (old is not null)
        {
            foreach (var (core, field) in new[] { ("message", "note"), ("reason", "reason"), ("action", "action") })
            {
                if ((string?)old[field] != (string?)item[field])
                {
                    errors.Add(FieldError.Invalid(core, $"\"{(string?)item[field]}\"", "field is immutable"));
                }
            }
        }
        else
        {
            CheckNew(item, errors);
        }

        if (errors.Count > 0)
        {
            throw ApiErrors.Invalid(ResourceTypes.Events, name, errors);
        }
    }

    private static void CheckNew(JsonObject item, List<FieldError> errors)
    {
        if (string.IsNullOrEmpty((string?)item["eventTime"]))
        {
            errors.Add(FieldError.Required("eventTime"));
            return;
        }

        foreach (var required in new[] { "reportingController", "reportingInstance", "action", "reason" })
        {
            if (string.IsNullOrEmpty((string?)item[required]))
            {
                errors.Add(FieldError.Required(required));
            }
        }

        if (((string?)item["note"] ?? "").Length > 1024)
        {
            errors.Add(FieldError.Invalid("message", "\"\"", "can have at most 1024 characters"));
        }

        if ((string?)item["type"] is not ("Normal" or "Warning"))
        {
            errors.Add(FieldError.Invalid("type", "\"\"", $"has invalid value: {(string?)item["type"]}"));
        }
    }

    private static Schema MakeSchema()
    {
        var core = BuiltInSchemas.For("Event");
        var schema = new Schema { Kind = SchemaKind.Object, Name = "Event" };
        foreach (var key in new[] { "apiVersion", "kind", "metadata" })
        {
            schema.Properties[key] = core.Properties[key];
        }

        foreach (var (from, to) in Names)
        {
            schema.Properties[to] = core.Properties[from];
        }

        return schema;
    }
}
