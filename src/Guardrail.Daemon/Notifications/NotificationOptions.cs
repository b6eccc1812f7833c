using System.Collections.Immutable;

namespace Guardrail.Daemon.Notifications;

/// <summary>Who is told.</summary>
public sealed record NotificationOptions
{
    /// <summary>Nobody.</summary>
    public static NotificationOptions None { get; } = new();

    /// <summary>Those who are told.</summary>
    public ImmutableArray<ReceiverOptions> Receivers { get; init; } = [];

    /// <summary>Labels that every notification carries, such as the name of the cluster.</summary>
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>How patiently they are told.</summary>
    public DeliveryLimits Limits { get; init; } = new();

    internal AlertmanagerOptions Alertmanager { get; init; } = new();
}
