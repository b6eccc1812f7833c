using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Guardrail.Engine.Decisions;

namespace Guardrail.Kubernetes.Acting;

/// <summary>Makes the Event (events.k8s.io/v1) of an announcement.</summary>
internal static class EventWriter
{
    private const int NoteLimit = 1024;

    /// <summary>
    /// The Event. Its name follows from workload, kind and decision, so that telling it twice creates it once; without a decision the
    /// message takes its place.
    /// </summary>
    public static JsonObject Make(Announcement announcement, string instance, DateTimeOffset now)
    {
        var workload = announcement.Workload;
        return new JsonObject
        {
            ["apiVersion"] = "events.k8s.io/v1",
            ["kind"] = "Event",
            ["metadata"] = new JsonObject { ["name"] = Name(announcement), ["namespace"] = workload.Namespace },
            ["eventTime"] = now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture),
            ["reportingController"] = "guardrail.dev/guardrail",
            ["reportingInstance"] = instance.Length <= 128 ? instance : instance[..128],
            ["action"] = announcement.Kind,
            ["reason"] = announcement.Kind,
            ["type"] = announcement.IsWarning ? "Warning" : "Normal",
            ["note"] = Shorten(announcement.Message),
            ["regarding"] = new JsonObject
            {
                ["apiVersion"] = "apps/v1",
                ["kind"] = workload.Kind.ToString(),
                ["namespace"] = workload.Namespace,
                ["name"] = workload.Name,
                ["uid"] = announcement.Uid,
            },
        };
    }

    private static string Name(Announcement announcement)
    {
        var identity = string.Join('\n', announcement.Uid, announcement.Kind, announcement.Decision?.Value ?? announcement.Message);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)))[..16];
        var workload = announcement.Workload.Name;
        return $"{(workload.Length <= 200 ? workload : workload[..200].TrimEnd('-', '.'))}.{hash}";
    }

    /// <summary>The server counts bytes, not characters.</summary>
    private static string Shorten(string message)
    {
        if (Encoding.UTF8.GetByteCount(message) <= NoteLimit)
        {
            return message;
        }

        var bytes = Encoding.UTF8.GetBytes(message).AsSpan(0, NoteLimit - 3);
        var end = bytes.Length;
        while (end > 0 && (bytes[end - 1] & 0xC0) == 0x80)
        {
            end--;
        }

        // Cuts before the last character, whole or not, rather than within it.
        return Encoding.UTF8.GetString(bytes[..Math.Max(0, end - 1)]) + "…";
    }
}
