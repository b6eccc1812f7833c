using System.CommandLine;
using Guardrail.Daemon.Hosting;
using Guardrail.Kubernetes.Connection;
using Guardrail.Simulation.Pods;

namespace Guardrail.Cli.Pods;

/// <summary><c>guardrail drill-pod</c>: what runs in the pods of a drill in a real cluster. Not for people, and therefore hidden.</summary>
internal static class DrillPodCommand
{
    public static Command Create()
    {
        var listen = new Option<string>("--listen") { Description = "Address to serve on.", DefaultValueFactory = _ => "0.0.0.0:8080" };
        var service = new Option<string>("--service") { Description = "Service that the pod plays.", DefaultValueFactory = _ => "" };
        var revision = new Option<string>("--revision") { Description = "Revision that the pod plays.", DefaultValueFactory = _ => "" };
        var command = new Command(DrillPodOptions.Command, "Plays a pod of a drill, as guardrail simulate --kubeconfig tells it.")
        {
            listen, service, revision,
        };
        command.Hidden = true;
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var hog = new MemoryHog();
            var process = new DrillPodProcess(parsed.GetRequiredValue(listen), parsed.GetRequiredValue(service), parsed.GetRequiredValue(revision))
            {
                Token = Environment.GetEnvironmentVariable(DrillPodOptions.TokenVariable),
                Namespace = Environment.GetEnvironmentVariable(DrillPodOptions.NamespaceVariable),
                EatMemory = hog.Eat,
                Log = Console.Error,
            };
            try
            {
                return await process.RunAsync(cancellationToken);
            }
            catch (ConfigurationException fault)
            {
                await Console.Error.WriteLineAsync("guardrail: " + fault.Message);
                return ExitCode.CannotStart;
            }
        });
        return command;
    }
}
