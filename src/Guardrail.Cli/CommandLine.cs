using System.CommandLine;
using Guardrail.Cli.Demo;
using Guardrail.Cli.Running;
using Guardrail.Cli.Sidecar;

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
            InjectCommand.Create(),
        };
}
