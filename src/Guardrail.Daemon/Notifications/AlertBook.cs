using Guardrail.Engine.Workloads;

namespace Guardrail.Daemon.Notifications;

/// <summary>Which alerts fire, since when, and which of them are over.</summary>
internal sealed class AlertBook(AlertmanagerOptions options)
{
    private readonly Dictionary<AlertKey, Alert> alerts = [];

    /// <summary>Takes over a notification: an alert begins, or others end.</summary>
    public void Take(Notification notification, DateTimeOffset now)
    {
        var own = AlertKey.Of(notification);
        foreach (var (key, alert) in alerts)
        {
            if (key with { Kind = own.Kind } == own && Ends(notification.Kind, key.Kind))
            {
                alerts[key] = alert with { OverAt = Earlier(alert.OverAt, Later(now, alert.Since + options.Least)) };
            }
        }

        if (notification.Kind is NotificationKind.RolloutResumed or NotificationKind.RolloutEnded or NotificationKind.SeeingAgain)
        {
            return;
        }

        var since = alerts.TryGetValue(own, out var before) && !(before.OverAt <= now) ? before.Since : notification.At;
        alerts[own] = new Alert(notification, since, HasNoEnd(notification.Kind) ? now + options.Event : null);
        if (alerts.Count > options.Most)
        {
            alerts.Remove(alerts.MinBy(a => a.Value.Since).Key);
        }
    }

    /// <summary>Every alert to post now. One that is over is posted once more, as ended, and forgotten.</summary>
    public IReadOnlyList<(Alert Alert, DateTimeOffset EndsAt)> Due(DateTimeOffset now)
    {
        var due = new List<(Alert, DateTimeOffset)>();
        foreach (var (key, alert) in alerts.ToArray())
        {
            due.Add((alert, alert.OverAt <= now ? alert.OverAt.Value : now + options.EndsAfter));
            if (alert.OverAt + options.EndsAfter <= now)
            {
                // Its end has been posted for a while, also to an Alertmanager that was away for a moment.
                alerts.Remove(key);
            }
        }

        return due;
    }

    private static bool Ends(NotificationKind what, NotificationKind alert) => what switch
    {
        NotificationKind.RolloutResumed or NotificationKind.RolledBack => alert is NotificationKind.RolloutHeld,
        NotificationKind.SeeingAgain => alert is NotificationKind.Blind,
        NotificationKind.RolloutEnded => !HasNoEnd(alert),
        _ => false,
    };

    private static bool HasNoEnd(NotificationKind kind) =>
        kind is NotificationKind.RolledBack or NotificationKind.CureNotVerified or NotificationKind.Storm or NotificationKind.LeaderLost;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset other) => one < other ? one : other;
}

/// <summary>What makes two alerts the same: as their labels do, whatever the number of the attempt.</summary>
internal readonly record struct AlertKey(NotificationKind Kind, WorkloadId? Workload, RevisionId? Revision)
{
    public static AlertKey Of(Notification notification) => new(notification.Kind, notification.Rollout?.Workload, notification.Rollout?.To);
}

/// <summary>One alert.</summary>
/// <param name="What">What it tells.</param>
/// <param name="Since">Since when it fires.</param>
/// <param name="OverAt">When it is over; null while that is open.</param>
internal sealed record Alert(Notification What, DateTimeOffset Since, DateTimeOffset? OverAt);
