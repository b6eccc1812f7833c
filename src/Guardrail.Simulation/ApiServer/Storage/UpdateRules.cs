using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Which parts of a written object are taken, and which stay as they are stored (recording 02j).</summary>
internal static class UpdateRules
{
    private static readonly string[] ServerOwned =
    [
        "name", "generateName", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp",
        "deletionGracePeriodSeconds",
    ];

    /// <summary>The object to store. May use parts of <paramref name="wanted"/>.</summary>
    public static JsonObject Merge(TypeTable table, JsonObject old, JsonObject wanted, string? subresource)
    {
        JsonText.DropNulls(wanted);
        return subresource == "status" ? Status(table, old, wanted) : Main(table, old, wanted);
    }

    private static JsonObject Main(TypeTable table, JsonObject old, JsonObject wanted)
    {
        wanted["metadata"] ??= new JsonObject();
        var meta = ObjectMeta.Of(wanted);
        var stored = ObjectMeta.Of(old);
        meta.Remove("managedFields");
        foreach (var key in ServerOwned)
        {
            ObjectMeta.Set(meta, key, stored[key]?.DeepClone());
        }

        var item = ObjectMeta.Ordered(wanted, table.Type);
        if (table.Type.HasStatus)
        {
            ObjectMeta.Set(item, "status", old["status"]?.DeepClone());
        }

        table.Rules.Prepare(item, old);
        return item;
    }

    private static JsonObject Status(TypeTable table, JsonObject old, JsonObject wanted)
    {
        var item = (JsonObject)old.DeepClone();
        ObjectMeta.Set(item, "status", wanted["status"]?.DeepClone());
        var meta = ObjectMeta.Of(item);
        if (wanted["metadata"] is JsonObject given)
        {
            if (table.Rules.StatusStoresAnnotations)
            {
                ObjectMeta.Set(meta, "annotations", given["annotations"]?.DeepClone());
            }

            if (table.Rules.StatusStoresLabels)
            {
                ObjectMeta.Set(meta, "labels", given["labels"]?.DeepClone());
            }

            if (given["finalizers"] is JsonArray or null && table.Type == ResourceTypes.Namespaces)
            {
                ObjectMeta.Set(meta, "finalizers", given["finalizers"]?.DeepClone());
            }
        }

        return ObjectMeta.Ordered(item, table.Type);
    }
}
