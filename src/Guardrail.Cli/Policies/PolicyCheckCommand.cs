using System.CommandLine;
using Guardrail.Cli.OnCall;
using Guardrail.Cli.Output;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Cli.Policies;

/// <summary><c>guardrail policy check</c>: whether policies are valid, and what they would guard.</summary>
internal static class PolicyCheckCommand
{
    public static Command Create()
    {
        var connection = new ConnectionOptions();
        var paths = new Argument<string[]>("path") { Description = "Policy files, or folders of them.", Arity = ArgumentArity.ZeroOrMore, HelpName = "FILE|FOLDER" };
        var offline = new Option<bool>("--offline") { Description = "Look at the files alone, at no cluster." };
        var command = new Command("check", "Says whether policies are valid, which workloads they would guard, and whether each could be rolled back today.")
        {
            paths, offline,
        };
        connection.AddTo(command, manyNamespaces: false, namespaced: false);
        command.Validators.Add(result =>
        {
            if (result.GetValue(paths) is not { Length: > 0 })
            {
                result.AddError("no policy is named; give a file or a folder.");
            }
            else if (result.GetValue(offline) && connection.IsClusterNamed(result))
            {
                result.AddError("--offline excludes --kubeconfig and --context.");
            }
        });
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, connection, parsed.GetValue(paths)!, parsed.GetValue(offline), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        ParseResult parsed, ConnectionOptions connection, string[] paths, bool offline, CancellationToken cancellationToken)
    {
        var screen = connection.Screen(parsed);
        var (read, faults) = PolicyReading.Read(paths);
        foreach (var fault in faults)
        {
            await screen.Error.WriteLineAsync("guardrail: " + fault);
        }

        if (faults.Count > 0)
        {
            return ExitCode.CannotStart;
        }

        var (look, why) = (default(ClusterLook), "--offline");
        if (!offline)
        {
            try
            {
                using var reach = connection.Connect(parsed);
                look = await ClusterLook.TakeAsync(reach, [.. read.Select(r => r.Policy)], cancellationToken);
            }
            catch (ConfigurationException fault) when (!connection.IsClusterNamed(parsed.CommandResult))
            {
                why = fault.Message;
            }
            catch (ConfigurationException fault)
            {
                await screen.Error.WriteLineAsync("guardrail: " + fault.Message);
                return ExitCode.CannotStart;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                await screen.Error.WriteLineAsync("guardrail: interrupted.");
                return ExitCode.Failed;
            }
        }

        var report = new PolicyReport(read, look, why);
        if (connection.Format(parsed) == OutputFormat.Text)
        {
            report.Write(screen);
        }
        else
        {
            DataWriter.Write(screen.Out, report.Data(), connection.Format(parsed));
            if (look is null)
            {
                await screen.Error.WriteLineAsync(report.NotLooked);
            }
        }

        return ExitCode.Ok;
    }
}
