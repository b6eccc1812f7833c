using Guardrail.Daemon.Hosting;
using Guardrail.Kubernetes.Connection;
using Guardrail.Simulation.Pods;

namespace Guardrail.Cli.Pods;

/// <summary>The process around a pod of a drill: how it begins, and how it ends.</summary>
/// <param name="listen">ADDRESS:PORT to serve on.</param>
/// <param name="service">Service that it plays; may be empty.</param>
/// <param name="revision">Revision that it plays; may be empty.</param>
internal sealed class DrillPodProcess(string listen, string service, string revision)
{
    /// <summary>What a process ends with that the kernel killed.</summary>
    public const int Killed = 137;

    /// <summary>Memory that is eaten before the process gives up being killed for it: 512 MiB.</summary>
    public const long MostMemory = 512L * 1024 * 1024;

    /// <summary>The secret of the drill; without it the process does not start.</summary>
    public string? Token { get; init; }

    /// <summary>Namespace of the pod; null when it is not told.</summary>
    public string? Namespace { get; init; }

    /// <summary>Takes so many bytes of memory and keeps them, until it is told to stop. The kernel may end the process meanwhile.</summary>
    public required Action<long, CancellationToken> EatMemory { get; init; }

    /// <summary>Where the process says what it does.</summary>
    public required TextWriter Log { get; init; }

    /// <summary>Serves until the orders end the process, or it is told to stop.</summary>
    /// <param name="cancellationToken">Stops it, as SIGTERM does.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="ConfigurationException">The token is missing, or the address cannot be listened on.</exception>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var ordered = new TaskCompletionSource<DrillExit>(TaskCreationOptions.RunContinuationsAsynchronously);
        var options = Options(ordered.SetResult);
        ListenAddress.RequireFree(options.Listen);
        DrillExit exit;
        // The server is stopped before the process ends: the answer to the orders must reach the coordinator.
        await using (var pod = await DrillPod.StartAsync(options, cancellationToken))
        {
            await Log.WriteLineAsync($"Plays {Named(revision, "an unnamed revision")} of {Named(service, "an unnamed service")} on {pod.Address}.");
            try
            {
                exit = await ordered.Task.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                await Log.WriteLineAsync("Was told to stop.");
                return ExitCode.Ok;
            }
        }

        if (exit == DrillExit.Crash)
        {
            await Log.WriteLineAsync("Was ordered to crash.");
            return ExitCode.Failed;
        }

        await Log.WriteLineAsync("Was ordered to run out of memory.");
        await Log.FlushAsync(CancellationToken.None);
        EatMemory(MostMemory, cancellationToken);
        return Killed;
    }

    private static string Named(string name, string otherwise) => name.Length > 0 ? name : otherwise;

    private DrillPodOptions Options(Action<DrillExit> exit)
    {
        var options = new DrillPodOptions
        {
            Token = Token is { Length: > 0 }
                ? Token
                : throw new ConfigurationException($"the environment variable {DrillPodOptions.TokenVariable} is not set; give the pod the token of its drill."),
            Listen = ListenAddress.Parse(listen),
            Service = service,
            Revision = revision,
            Exit = exit,
        };
        return Namespace is { Length: > 0 } ns ? options with { Namespace = ns } : options;
    }
}
