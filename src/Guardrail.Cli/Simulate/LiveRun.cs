using System.Collections.Immutable;
using Guardrail.Daemon.Hosting;
using Guardrail.Engine.Policies;
using Guardrail.Simulation.Scenarios;

namespace Guardrail.Cli.Simulate;

/// <summary>
/// Plays a scenario before the daemon as <c>guardrail run</c> starts it: it knows of the embedded cluster what its API and the pods' metrics tell, both over
/// loopback. Leaves nothing behind, also when it is interrupted.
/// </summary>
internal static class LiveRun
{
    /// <exception cref="Guardrail.Kubernetes.Connection.ConfigurationException">The scenario cannot be played live.</exception>
    /// <exception cref="LiveFaultException">The daemon does not begin, or ends by itself.</exception>
    public static Task<LiveOutcome> PlayAsync(Scenario scenario, LiveOptions options, CancellationToken cancellationToken) =>
        HoldAsync(scenario, scenario.Policies, options, (play, cancellation) => play.PlayAsync(cancellation), cancellationToken);

    /// <summary>Has somebody play it.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="policies">The policies that the daemon is given.</param>
    /// <param name="options">How it is played.</param>
    /// <param name="perform">Plays it.</param>
    /// <param name="cancellationToken">Ends it before.</param>
    /// <exception cref="Guardrail.Kubernetes.Connection.ConfigurationException">The scenario cannot be played live.</exception>
    /// <exception cref="LiveFaultException">The daemon does not begin, or ends by itself.</exception>
    public static async Task<LiveOutcome> HoldAsync(
        Scenario scenario, ImmutableArray<GuardPolicy> policies, LiveOptions options, Func<LivePlay, CancellationToken, Task> perform, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("guardrail-live-");
        try
        {
            var kubeconfig = Path.Combine(folder.FullName, "kubeconfig");
            await using var play = await LivePlay.StartAsync(scenario, options with { Kubeconfig = kubeconfig }, cancellationToken);
            await using var daemon = await GuardrailHost.StartAsync(
                new DaemonOptions { PolicyPaths = [], Policies = policies, Scrape = true, Kubeconfig = kubeconfig, Listen = "127.0.0.1:0" },
                log: null,
                [new LiveListener(play)],
                play.Time,
                cancellationToken);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var playing = perform(play, end.Token);
            if (await Task.WhenAny(playing, daemon.WaitAsync(end.Token)) != playing)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw new LiveFaultException($"The daemon ended by itself in the middle of {scenario.Name}; please report that, with the scenario and its seed.");
            }

            await playing;
            await daemon.StopAsync(cancellationToken);
            await end.CancelAsync();
            return new(play.Close(), play.ShareOfTicks);
        }
        catch (TimeoutException late)
        {
            throw new LiveFaultException(late.Message, late);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}

/// <summary>What came of a live play.</summary>
/// <param name="Result">What came of the scenario.</param>
/// <param name="ShareOfTicks">Share of the ticks at which the daemon read the pods.</param>
internal sealed record LiveOutcome(ScenarioResult Result, double ShareOfTicks);

/// <summary>A live play could not be played to its end, by no fault of the scenario.</summary>
internal sealed class LiveFaultException : Exception
{
    public LiveFaultException()
    {
    }

    public LiveFaultException(string message)
        : base(message)
    {
    }

    public LiveFaultException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
