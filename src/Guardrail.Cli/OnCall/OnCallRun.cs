using System.CommandLine;
using Guardrail.Cli.Output;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Cli.OnCall;

/// <summary>Runs a command against the cluster, and says in one sentence why it could not.</summary>
internal static class OnCallRun
{
    /// <summary>What reading records takes.</summary>
    public static IReadOnlyList<AccessRule> Reading { get; } =
    [
        new(GuardedRollout.Group, GuardedRollout.Plural, "get", "list"),
        new(GuardedRollout.Group, "guardrailpolicies", "get", "list"),
    ];

    /// <summary>What asking for something takes.</summary>
    public static IReadOnlyList<AccessRule> Asking { get; } = [new(GuardedRollout.Group, GuardedRollout.Plural, "get", "list", "patch")];

    /// <summary>Runs it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="options">Its connection.</param>
    /// <param name="rights">The rights that it takes, told when one is missing.</param>
    /// <param name="work">The work; returns the exit code.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<int> RunAsync(
        ParseResult parsed, ConnectionOptions options, IReadOnlyList<AccessRule> rights,
        Func<Reach, Screen, CancellationToken, Task<int>> work, CancellationToken cancellationToken)
    {
        var screen = options.Screen(parsed);
        try
        {
            using var reach = options.Connect(parsed);
            try
            {
                return await work(reach, screen, cancellationToken);
            }
            catch (Exception fault) when (ApiFaults.IsOne(fault) && !cancellationToken.IsCancellationRequested)
            {
                await screen.Error.WriteLineAsync("guardrail: " + Describe(fault, reach, rights));
                return ExitCode.CannotStart;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await screen.Error.WriteLineAsync("guardrail: interrupted.");
            return ExitCode.Failed;
        }
        catch (ConfigurationException fault)
        {
            await screen.Error.WriteLineAsync("guardrail: " + fault.Message);
            return ExitCode.CannotStart;
        }
    }

    /// <summary>Why a request failed, and what helps.</summary>
    public static string Describe(Exception fault, Reach reach, IReadOnlyList<AccessRule> rights) => fault switch
    {
        ApiException { IsMissingPermission: true } refused => Missing(refused, reach, rights),
        ApiException { Code: 404, NamesObject: false } =>
            $"{reach.Connection.Server} ({reach.Connection.Source}) does not know GuardedRollout objects; install their definitions with "
            + "kubectl apply -f charts/guardrail/crds/, and run guardrail with --records auto or required.",
        HttpRequestException or OperationCanceledException =>
            $"{reach.Connection.Server} ({reach.Connection.Source}): {ApiFaults.Describe(fault, RecordStore.RequestLimit).TrimEnd('.')}; "
            + "see that it runs, or choose another context.",
        _ => $"{reach.Connection.Server} ({reach.Connection.Source}): {ApiFaults.Describe(fault, RecordStore.RequestLimit)}",
    };

    private static string Missing(ApiException refused, Reach reach, IReadOnlyList<AccessRule> rights) =>
        $"The API server refused the request: {refused.Message.TrimEnd('.')}. "
        + $"Have your account bound to this role:\n{AccessRule.ToRole(rights, reach.Namespace)}".TrimEnd();
}
