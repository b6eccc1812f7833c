using System.CommandLine;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Definitions;

namespace Guardrail.Cli.Installing;

/// <summary><c>guardrail crds</c>: the definitions of the custom resources.</summary>
internal static class DefinitionsCommand
{
    public static Command Create() => new("crds", "Prints or applies the definitions of Guardrail's custom resources.") { Print(), Apply() };

    private static Command Print()
    {
        var command = new Command("print", "Prints them, for kubectl apply --server-side -f -.");
        command.SetAction(async (_, cancellationToken) =>
        {
            foreach (var name in ResourceDefinitions.Names)
            {
                await Console.Out.WriteAsync(("---\n" + ResourceDefinitions.TextOf(name)).AsMemory(), cancellationToken);
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Apply()
    {
        var kubeconfig = new Option<string?>("--kubeconfig")
        {
            Description = "Kubeconfig file. Default: KUBECONFIG, the pod's own account inside a cluster, ~/.kube/config.",
        };
        var context = new Option<string?>("--context") { Description = "Context of the kubeconfig. Default: its current one." };
        var command = new Command("apply", "Makes them in the cluster, or brings those that are there to this version; existing objects stay.")
        {
            kubeconfig, context,
        };
        command.SetAction((parsed, cancellationToken) => ApplyAsync(parsed.GetValue(kubeconfig), parsed.GetValue(context), cancellationToken));
        return command;
    }

    private static async Task<int> ApplyAsync(string? kubeconfig, string? context, CancellationToken cancellationToken)
    {
        try
        {
            using var connection = KubernetesConnection.Create(kubeconfig, context);
            foreach (var name in ResourceDefinitions.Names)
            {
                try
                {
                    await ResourceDefinitions.ApplyAsync(connection.Api, name, TimeProvider.System, cancellationToken);
                    await Console.Out.WriteLineAsync($"{name} is of this version");
                }
                catch (Exception fault) when (ApiFaults.IsOne(fault) && !cancellationToken.IsCancellationRequested)
                {
                    throw new ConfigurationException(
                        fault is ApiException { IsMissingPermission: true } refused
                            ? AccessRule.Missing(refused, ResourceDefinitions.Rights, null).TrimEnd()
                            : $"{name} could not be applied. {ApiFaults.Describe(fault, ResourceDefinitions.RequestLimit)}",
                        fault);
                }
            }

            return ExitCode.Ok;
        }
        catch (ConfigurationException fault)
        {
            await Console.Error.WriteLineAsync("guardrail: " + fault.Message);
            return ExitCode.CannotStart;
        }
    }
}
