using System.CommandLine;
using Guardrail.Cli.Demo;
using Guardrail.Cli.Drill;
using Guardrail.Cli.Installing;
using Guardrail.Cli.OnCall;
using Guardrail.Cli.Pods;
using Guardrail.Cli.Policies;
using Guardrail.Cli.Running;
using Guardrail.Cli.Sidecar;
using Guardrail.Cli.Simulate;

namespace Guardrail.Cli;

/// <summary>The verbs of <c>guardrail</c>.</summary>
internal static class CommandLine
{
    /// <summary>The whole command line.</summary>
    public static RootCommand Root { get; } =
        new("Guardrail watches every rollout on a Kubernetes cluster and takes a bad one back within seconds.")
        {
            RunCommand.Create(),
            DemoCommand.Create(),
            SimulateCommand.Create(),
            DrillVerb.Create(),
            StatusCommand.Create(),
            ExplainCommand.Create(),
            HistoryCommand.Create(),
            RequestCommand.Create(RequestVerb.Hold),
            RequestCommand.Create(RequestVerb.Resume),
            RequestCommand.Create(RequestVerb.RollBack),
            RequestCommand.Create(RequestVerb.Veto),
            RequestCommand.Create(RequestVerb.Release),
            PolicyCommand.Create(),
            InjectCommand.Create(),
            DefinitionsCommand.Create(),
            ReadyCommand.Create(),
            DrillPodCommand.Create(),
        };
}
