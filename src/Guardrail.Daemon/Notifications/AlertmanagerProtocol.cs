using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Guardrail.Daemon.Notifications;

/// <summary>
/// Alerts of an Alertmanager (API v2). It is told the state, not events: whatever fires is posted with every change and every minute, so a post that
/// was lost is made up for by the next, and what is no longer posted ends by itself.
/// </summary>
internal sealed class AlertmanagerProtocol(
    ReceiverUrl url, ImmutableDictionary<string, string> labels, AlertmanagerOptions options, TimeProvider time) : IReceiverProtocol
{
    private readonly AlertBook book = new(options);

    public Uri Address { get; } = new(url.Address.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/api/v2/alerts" + url.Address.Query);

    public TimeSpan? RepeatEvery => options.RepeatEvery;

    public byte[]? Write(Notification notification)
    {
        book.Take(notification, time.GetUtcNow());
        return Repeat();
    }

    public byte[]? Repeat()
    {
        var due = book.Due(time.GetUtcNow());
        return due.Count == 0 ? null : JsonSerializer.SerializeToUtf8Bytes(new JsonArray([.. due.Select(d => (JsonNode)Write(d.Alert, d.EndsAt))]));
    }

    private JsonObject Write(Alert alert, DateTimeOffset endsAt) => new JsonObject
    {
        ["labels"] = Labels(alert.What),
        ["annotations"] = new JsonObject
        {
            ["summary"] = alert.What.Title,
            ["description"] = alert.What.Reason,
            ["decision"] = alert.What.Decision?.Value ?? "",
            ["id"] = alert.What.Key,
        },
        ["startsAt"] = alert.Since.UtcDateTime,
        ["endsAt"] = endsAt.UtcDateTime,
    };

    /// <summary>What makes an alert the same one: nothing in it changes from post to post.</summary>
    private JsonObject Labels(Notification notification)
    {
        var all = new JsonObject();
        foreach (var (name, value) in labels)
        {
            all[name] = value;
        }

        all["alertname"] = "Guardrail" + notification.Kind;
        all["severity"] = notification.Severity.ToString().ToLowerInvariant();
        if (notification.Rollout is { } rollout)
        {
            all["namespace"] = rollout.Workload.Namespace;
            all["kind"] = rollout.Workload.Kind.ToString();
            all["workload"] = rollout.Workload.Name;
            all["revision"] = rollout.To.Hash;
        }

        return all;
    }
}
