using System.CommandLine;
using Guardrail.Cli;
using Guardrail.Cli.Demo;
using Guardrail.Cli.Running;

var root = new RootCommand("Guardrail watches every rollout on a Kubernetes cluster and takes a bad one back within seconds.")
{
    RunCommand.Create(),
    DemoCommand.Create(),
};

var parsed = root.Parse(args);
if (InputErrors.Describe(parsed) is { } sentence)
{
    await Console.Error.WriteLineAsync("guardrail: " + sentence);
    return ExitCode.CannotStart;
}

return await parsed.InvokeAsync();
