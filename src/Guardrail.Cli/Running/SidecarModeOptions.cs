using System.CommandLine;
using System.CommandLine.Parsing;
using Guardrail.Daemon.Sidecar;
using Guardrail.Engine.Policies;

namespace Guardrail.Cli.Running;

/// <summary>The options of <c>guardrail run</c> that concern the sidecar.</summary>
internal sealed class SidecarModeOptions
{
    private const string AutonomyVariable = "GUARDRAIL_AUTONOMY";

    private readonly Option<RunMode> mode = new("--mode")
    {
        Description = "operator guards what the policies select; sidecar guards the workload of its own pod (POD_NAME, POD_NAMESPACE) and nothing else.",
        DefaultValueFactory = _ => RunMode.Operator,
        CustomParser = Choices.Parse<RunMode>,
    };

    private readonly Option<Autonomy?> autonomy = new("--autonomy")
    {
        Description = $"With --mode sidecar: autonomy of the built-in policy, and the most that --policy may ask for. Default: {AutonomyVariable}, else Observe.",
        CustomParser = result => Choices.Parse<Autonomy>(result),
    };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(mode);
        command.Options.Add(autonomy);
        command.Validators.Add(result =>
        {
            if (!IsSidecar(result) && result.GetResult(autonomy) is not null)
            {
                result.AddError("--autonomy belongs to --mode sidecar; a policy names its autonomy itself, and --autonomy-ceiling limits it.");
            }
            else if (IsSidecar(result) && result.GetResult(autonomy) is null && Environment.GetEnvironmentVariable(AutonomyVariable) is { Length: > 0 } text
                && !Enum.GetNames<Autonomy>().Contains(text, StringComparer.OrdinalIgnoreCase))
            {
                result.AddError($"'{text}' is no value of {AutonomyVariable}; choose Observe, Recommend, Veto or Enforce.");
            }
        });
    }

    /// <summary>Whether the sidecar is asked for.</summary>
    public bool IsSidecar(CommandResult result) =>
        // By its text, for a value that is wrong cannot be asked for; then its own complaint comes before that of a missing policy.
        result.GetResult(mode) is { Tokens: [{ Value: var text }] } && !text.Equals(nameof(RunMode.Operator), StringComparison.OrdinalIgnoreCase);

    /// <summary>What was given; null when it is no sidecar.</summary>
    public SidecarOptions? Read(ParseResult parsed) => !IsSidecar(parsed.CommandResult) ? null : new SidecarOptions
    {
        Pod = Environment.GetEnvironmentVariable(SidecarOptions.PodVariable),
        Namespace = Environment.GetEnvironmentVariable(SidecarOptions.NamespaceVariable),
        Autonomy = parsed.GetValue(autonomy)
            ?? (Environment.GetEnvironmentVariable(AutonomyVariable) is { Length: > 0 } text ? Enum.Parse<Autonomy>(text, ignoreCase: true) : null),
    };

    /// <summary>Where the daemon runs.</summary>
    private enum RunMode
    {
        /// <summary>Beside the workloads.</summary>
        Operator,

        /// <summary>In the pods of the workload.</summary>
        Sidecar,
    }
}
