using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>The cells of a pod that are more than a field.</summary>
internal static class PodCells
{
    public static string Ready(JsonObject pod)
    {
        var all = (pod["spec"]?["containers"] as JsonArray)?.Count ?? 0;
        return FormattableString.Invariant($"{Statuses(pod).Count(s => (bool?)s["ready"] == true)}/{all}");
    }

    public static string Status(JsonObject pod)
    {
        if (pod["metadata"]?["deletionTimestamp"] is not null)
        {
            return "Terminating";
        }

        foreach (var status in Statuses(pod))
        {
            if ((string?)status["state"]?["waiting"]?["reason"] is { Length: > 0 } waiting)
            {
                return waiting;
            }

            if (status["state"]?["terminated"] is { } terminated)
            {
                return (string?)terminated["reason"] ?? $"ExitCode:{terminated["exitCode"]}";
            }
        }

        return (string?)pod["status"]?["reason"] ?? (string?)pod["status"]?["phase"] ?? "Unknown";
    }

    public static string Restarts(JsonObject pod, DateTimeOffset now)
    {
        var count = Statuses(pod).Sum(s => (long?)s["restartCount"] ?? 0);
        var last = Statuses(pod).Select(s => (string?)s["lastState"]?["terminated"]?["finishedAt"])
            .OfType<string>().Max(StringComparer.Ordinal);
        return last is null
            ? FormattableString.Invariant($"{count}")
            : FormattableString.Invariant($"{count} ({HumanDuration.Since(last, now)} ago)");
    }

    private static IEnumerable<JsonObject> Statuses(JsonObject pod) =>
        (pod["status"]?["containerStatuses"] as JsonArray)?.OfType<JsonObject>() ?? [];
}
