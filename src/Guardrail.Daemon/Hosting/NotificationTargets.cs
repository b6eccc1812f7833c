using System.Collections.Immutable;
using Guardrail.Daemon.Notifications;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Daemon.Hosting;

/// <summary>Who is told, as the command line names them.</summary>
public sealed record NotificationTargets
{
    /// <summary>URLs that get Guardrail's own JSON.</summary>
    public IReadOnlyList<string> Webhooks { get; init; } = [];

    /// <summary>Incoming webhooks of Slack.</summary>
    public IReadOnlyList<string> Slacks { get; init; } = [];

    /// <summary>Base URLs of Alertmanagers.</summary>
    public IReadOnlyList<string> Alertmanagers { get; init; } = [];

    /// <summary>A YAML file with more, or null.</summary>
    public string? File { get; init; }

    /// <summary>Reads all of it.</summary>
    /// <exception cref="ConfigurationException">A URL or the file cannot be used, or two receivers have the same name.</exception>
    internal NotificationOptions Resolve()
    {
        var fromFile = File is null ? NotificationOptions.None : NotificationsFile.Load(File);
        ImmutableArray<ReceiverOptions> receivers =
        [
            .. Named("webhook", ReceiverType.Webhook, Webhooks),
            .. Named("slack", ReceiverType.Slack, Slacks),
            .. Named("alertmanager", ReceiverType.Alertmanager, Alertmanagers),
            .. fromFile.Receivers,
        ];
        return receivers.GroupBy(r => r.Name).FirstOrDefault(g => g.Count() > 1) is { } twice
            ? throw new ConfigurationException($"Two receivers of notifications are named {twice.Key}; give one of them another name in {File}.")
            : fromFile with { Receivers = receivers };
    }

    private static IEnumerable<ReceiverOptions> Named(string name, ReceiverType type, IReadOnlyList<string> urls) => urls.Select(
        (url, index) => new ReceiverOptions
        {
            Name = $"{name}-{index + 1}",
            Type = type,
            Url = ReceiverUrl.Parse(url, $"--notify-{name} number {index + 1}"),
        });
}
