using System.Collections.Immutable;

namespace Guardrail.Daemon.Notifications;

/// <summary>Somebody who is told.</summary>
public sealed record ReceiverOptions
{
    /// <summary>Its name in logs and metrics, such as <c>on-call</c>; unique.</summary>
    public required string Name { get; init; }

    /// <summary>What it understands.</summary>
    public required ReceiverType Type { get; init; }

    /// <summary>Where it is reached.</summary>
    public required ReceiverUrl Url { get; init; }

    /// <summary>Least grave notifications that it gets. Default: everything for a webhook and Slack, warnings and graver for an Alertmanager.</summary>
    public NotificationSeverity? Least { get; init; }

    /// <summary>Kinds that it gets. Default: all but <see cref="NotificationKind.RolloutResumed"/> and <see cref="NotificationKind.RolloutEnded"/>.</summary>
    public ImmutableHashSet<NotificationKind>? Events { get; init; }

    /// <summary>Whether it gets a notification. An Alertmanager sees those too that end an alert.</summary>
    public bool Wants(Notification notification)
    {
        var ends = notification.Kind is NotificationKind.RolloutResumed or NotificationKind.RolloutEnded or NotificationKind.SeeingAgain;
        if (Type == ReceiverType.Alertmanager && ends)
        {
            return true;
        }

        var least = Least ?? (Type == ReceiverType.Alertmanager ? NotificationSeverity.Warning : NotificationSeverity.Info);
        return notification.Severity >= least && (Events?.Contains(notification.Kind)
            ?? notification.Kind is not (NotificationKind.RolloutResumed or NotificationKind.RolloutEnded));
    }
}

/// <summary>What a receiver understands.</summary>
public enum ReceiverType
{
    /// <summary>A JSON object by POST.</summary>
    Webhook,

    /// <summary>An incoming webhook of Slack, or of what understands its messages.</summary>
    Slack,

    /// <summary>The API v2 of an Alertmanager.</summary>
    Alertmanager,
}
