using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Guardrail.Daemon.Notifications;

/// <summary>Guardrail's own payload, described in docs/operating.md. Fields are added to a version, never taken away or changed.</summary>
internal sealed class WebhookProtocol(ReceiverUrl url, ImmutableDictionary<string, string> labels) : IReceiverProtocol
{
    /// <summary>Names the form of the payload.</summary>
    public const string Schema = "guardrail.dev/notification.v1";

    public Uri Address => url.Address;

    public TimeSpan? RepeatEvery => null;

    public byte[] Write(Notification notification) => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["schema"] = Schema,
        ["id"] = notification.Key,
        ["event"] = notification.Kind.ToString(),
        ["severity"] = notification.Severity.ToString().ToLowerInvariant(),
        ["at"] = notification.At.UtcDateTime,
        ["title"] = notification.Title,
        ["reason"] = notification.Reason,
        ["verdict"] = notification.Verdict,
        ["decision"] = notification.Decision?.Value,
        ["rollout"] = notification.Rollout is not { } rollout ? null : new JsonObject
        {
            ["namespace"] = rollout.Workload.Namespace,
            ["kind"] = rollout.Workload.Kind.ToString(),
            ["workload"] = rollout.Workload.Name,
            ["uid"] = notification.Uid,
            ["fromRevision"] = rollout.From.Hash,
            ["toRevision"] = rollout.To.Hash,
            ["number"] = rollout.Number,
        },
        ["labels"] = new JsonObject(labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value))),
    });

    public byte[]? Repeat() => null;

    byte[]? IReceiverProtocol.Write(Notification notification) => Write(notification);
}
