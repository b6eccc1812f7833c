using System.CommandLine;
using Guardrail.Daemon.Hosting;

namespace Guardrail.Cli.Running;

/// <summary>The options of notifications.</summary>
internal sealed class NotifyOptions
{
    private readonly Option<string[]> webhooks = new("--notify-webhook")
    {
        Description = "URL that gets a JSON object for what people should know of; may be given more than once.",
    };

    private readonly Option<string[]> slacks = new("--notify-slack")
    {
        Description = "Incoming webhook of Slack; may be given more than once. Such a URL is a secret: better in --notifications.",
    };

    private readonly Option<string[]> alertmanagers = new("--notify-alertmanager")
    {
        Description = "Base URL of an Alertmanager, such as http://alertmanager:9093; may be given more than once.",
    };

    private readonly Option<string?> file = new("--notifications")
    {
        Description = "YAML file with receivers, whose URLs may come from the environment or from files.",
    };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { webhooks, slacks, alertmanagers, file })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What was given.</summary>
    public NotificationTargets Read(ParseResult parsed) => new()
    {
        Webhooks = parsed.GetValue(webhooks) ?? [],
        Slacks = parsed.GetValue(slacks) ?? [],
        Alertmanagers = parsed.GetValue(alertmanagers) ?? [],
        File = parsed.GetValue(file),
    };
}
