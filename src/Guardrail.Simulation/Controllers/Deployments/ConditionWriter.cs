using System.Text.Json.Nodes;

namespace Guardrail.Simulation.Controllers.Deployments;

/// <summary>Writes conditions of a Deployment with the real controller's rules of times and order.</summary>
internal static class ConditionWriter
{
    /// <summary>Sets a condition. One of equal status and reason stays untouched; else it goes to the end of the list.</summary>
    /// <returns>Whether anything changed.</returns>
    public static bool Set(JsonObject status, string type, string value, string reason, string message, DateTimeOffset now)
    {
        var current = Kube.Condition(status, type);
        if ((string?)current?["status"] == value && (string?)current?["reason"] == reason)
        {
            return false;
        }

        var transition = (string?)current?["status"] == value ? Kube.Text(current?["lastTransitionTime"]) : Kube.Time(now);
        Append(status, type, value, reason, message, Kube.Time(now), transition);
        return true;
    }

    /// <summary>Tells of progress: the update time moves even when status and reason stay, so that the deadline begins anew.</summary>
    public static void SetProgress(JsonObject status, string reason, string message, DateTimeOffset now)
    {
        var current = Kube.Condition(status, "Progressing");
        var transition = (string?)current?["status"] == "True" ? Kube.Text(current?["lastTransitionTime"]) : Kube.Time(now);
        Append(status, "Progressing", "True", reason, message, Kube.Time(now), transition);
    }

    public static void Remove(JsonObject status, string type)
    {
        if (status["conditions"] is JsonArray list && Kube.Condition(status, type) is { } condition)
        {
            list.Remove(condition);
            if (list.Count == 0)
            {
                status.Remove("conditions");
            }
        }
    }

    private static void Append(
        JsonObject status, string type, string value, string reason, string message, string updated, string transition)
    {
        Remove(status, type);
        var list = status["conditions"] as JsonArray;
        if (list is null)
        {
            status["conditions"] = list = [];
        }

        list.Add(new JsonObject
        {
            ["type"] = type,
            ["status"] = value,
            ["lastUpdateTime"] = updated,
            ["lastTransitionTime"] = transition,
            ["reason"] = reason,
            ["message"] = message,
        });
    }
}
