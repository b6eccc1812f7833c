using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Whether a delete removes an object or only marks it.</summary>
internal static class DeletionRules
{
    private const string Foreground = "foregroundDeletion";
    private const string Orphan = "orphan";

    /// <summary>The object with its marks, and whether it is to be removed at once.</summary>
    public static (JsonObject Marked, bool Removed) Mark(ResourceType type, JsonObject old, DeleteOptions options, DateTimeOffset now)
    {
        var item = (JsonObject)old.DeepClone();
        var meta = ObjectMeta.Of(item);
        AddFinalizer(meta, options.PropagationPolicy);
        var grace = GraceSeconds(type, item, options);
        var held = meta["finalizers"] is JsonArray { Count: > 0 } || type == ResourceTypes.Namespaces;
        if (grace == 0 && !held)
        {
            if (type == ResourceTypes.Pods && meta["deletionTimestamp"] is not null)
            {
                meta["deletionGracePeriodSeconds"] = 0;
            }

            return (item, true);
        }

        if (meta["deletionTimestamp"] is null || grace < ((long?)meta["deletionGracePeriodSeconds"] ?? 0))
        {
            meta["deletionTimestamp"] = ObjectMeta.Time(now + TimeSpan.FromSeconds(grace));
            meta["deletionGracePeriodSeconds"] = grace;
            if (type.HasGeneration && meta["generation"] is not null && ObjectMeta.Of(old)["deletionTimestamp"] is null)
            {
                meta["generation"] = (long)meta["generation"]! + 1;
            }

            if (type == ResourceTypes.Namespaces)
            {
                item["status"] = new JsonObject { ["phase"] = "Terminating" };
            }
        }

        return (ObjectMeta.Ordered(item, type), false);
    }

    /// <summary>Whether a marked object without finalizers may go: a pod waits for its kubelet, a namespace for being empty.</summary>
    public static bool IsOver(ResourceType type, JsonObject item) =>
        type == ResourceTypes.Namespaces
            ? item["spec"]?["finalizers"] is not JsonArray { Count: > 0 }
            : ((long?)ObjectMeta.Of(item)["deletionGracePeriodSeconds"] ?? 0) == 0;

    private static long GraceSeconds(ResourceType type, JsonObject item, DeleteOptions options)
    {
        if (type != ResourceTypes.Pods)
        {
            return 0;
        }

        var finished = (string?)item["status"]?["phase"] is "Succeeded" or "Failed";
        if (string.IsNullOrEmpty((string?)item["spec"]?["nodeName"]) || finished)
        {
            return 0;
        }

        var wanted = options.GracePeriodSeconds ?? (long?)item["spec"]?["terminationGracePeriodSeconds"] ?? 30;
        return ObjectMeta.Of(item)["deletionGracePeriodSeconds"] is { } running ? Math.Min((long)running, wanted) : wanted;
    }

    private static void AddFinalizer(JsonObject meta, string? policy)
    {
        var name = policy switch { "Foreground" => Foreground, "Orphan" => Orphan, _ => null };
        if (name is null)
        {
            return;
        }

        var list = meta["finalizers"] as JsonArray ?? [];
        if (!list.Any(f => (string?)f == name))
        {
            list.Add(name);
            ObjectMeta.Set(meta, "finalizers", list);
        }
    }
}
