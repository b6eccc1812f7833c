using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Guardrail.Daemon.Notifications;

/// <summary>A message of Slack: blocks, and a text for notifications and for programs that know no blocks.</summary>
internal sealed class SlackProtocol(ReceiverUrl url, ImmutableDictionary<string, string> labels) : IReceiverProtocol
{
    // Limits of Slack's blocks, in characters; what is longer is refused as a whole.
    private const int HeaderLimit = 150;
    private const int SectionLimit = 3000;

    public Uri Address => url.Address;

    public TimeSpan? RepeatEvery => null;

    public byte[] Write(Notification notification) => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["text"] = Escape($"{Sign(notification)} {notification.Title}: {notification.Reason}", SectionLimit),
        ["blocks"] = new JsonArray(
            new JsonObject
            {
                ["type"] = "header",
                ["text"] = new JsonObject { ["type"] = "plain_text", ["text"] = Cut($"{Sign(notification)} {notification.Title}", HeaderLimit), ["emoji"] = true },
            },
            new JsonObject
            {
                ["type"] = "section",
                // Plain text: nothing in a reason is taken for a mention, a link or markup.
                ["text"] = new JsonObject { ["type"] = "plain_text", ["text"] = Cut(notification.Reason, SectionLimit), ["emoji"] = false },
            },
            new JsonObject
            {
                ["type"] = "context",
                ["elements"] = new JsonArray(new JsonObject { ["type"] = "mrkdwn", ["text"] = Escape(Context(notification), SectionLimit) }),
            }),
    });

    public byte[]? Repeat() => null;

    byte[]? IReceiverProtocol.Write(Notification notification) => Write(notification);

    private static string Sign(Notification notification) => notification.Severity switch
    {
        NotificationSeverity.Critical => "🚨",
        NotificationSeverity.Warning => "⚠️",
        _ => "ℹ️",
    };

    private string Context(Notification notification)
    {
        var parts = new List<string> { notification.Kind.ToString() };
        if (notification.Rollout is { } rollout)
        {
            parts.Add($"{rollout.From} → {rollout.To}");
        }

        parts.AddRange(labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}"));
        parts.Add($"{notification.At.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");
        parts.Add(notification.Key);
        return string.Join("  ·  ", parts);
    }

    /// <summary>As Slack asks for in its own markup, so that <c>&lt;!channel&gt;</c> in a text calls nobody.</summary>
    private static string Escape(string text, int limit)
    {
        // Escaped first and cut then could leave half an entity; so that is cut off too.
        var escaped = text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);
        if (escaped.Length <= limit)
        {
            return escaped;
        }

        var cut = Cut(escaped, limit);
        var open = cut.LastIndexOf('&');
        return open >= 0 && cut.IndexOf(';', open) < 0 ? cut[..open] + "…" : cut;
    }

    private static string Cut(string text, int limit)
    {
        if (text.Length <= limit)
        {
            return text;
        }

        var end = limit - 1;
        return text[..(char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)] + "…";
    }
}
