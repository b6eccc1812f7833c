using System.CommandLine;
using Guardrail.Daemon.Admission;

namespace Guardrail.Cli.Running;

/// <summary>The options of the admission endpoint.</summary>
internal sealed class AdmissionModeOptions
{
    private readonly Option<string?> listen = new("--admission-listen")
    {
        Description = "Address on which the API server's questions are answered, over TLS; needed by contest.action Refuse. Default: none.",
    };

    private readonly Option<string> configuration = new("--admission-configuration")
    {
        Description = "Name of the ValidatingWebhookConfiguration through which the API server asks.",
        DefaultValueFactory = _ => AdmissionOptions.DefaultConfiguration,
    };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(listen);
        command.Add(configuration);
    }

    /// <summary>What was given.</summary>
    public AdmissionOptions Read(ParseResult parsed) => new()
    {
        Listen = parsed.GetValue(listen),
        Configuration = parsed.GetRequiredValue(configuration),
    };
}
