using Guardrail.Cli.Output;
using Guardrail.Kubernetes.Connection;
using Guardrail.Simulation.Scenarios;

namespace Guardrail.Cli.Simulate;

/// <summary>Plays a scenario in a test cluster, and says how far it has come.</summary>
internal static class ClusterRun
{
    /// <exception cref="ConfigurationException">The cluster or the namespace is not fit for it.</exception>
    /// <exception cref="LiveFaultException">It could not be played to its end.</exception>
    public static Task<ClusterOutcome> PlayAsync(Scenario scenario, ClusterWishes cluster, ulong seed, Screen people, CancellationToken cancellationToken) =>
        HoldAsync(
            scenario, cluster, seed, new PlainSimulateView(scenario, people), words => people.Out.WriteLine(people.Paint(people.Clean($"  {words}"), Tone.Faint)),
            (play, cancellation) => play.PlayAsync(cancellation), cancellationToken);

    /// <summary>Has somebody play it.</summary>
    /// <exception cref="ConfigurationException">The cluster or the namespace is not fit for it.</exception>
    /// <exception cref="LiveFaultException">It could not be played to its end.</exception>
    public static async Task<ClusterOutcome> HoldAsync(
        Scenario scenario,
        ClusterWishes cluster,
        ulong seed,
        IScenarioListener listener,
        Action<string> progress,
        Func<LivePlay, CancellationToken, Task> perform,
        CancellationToken cancellationToken)
    {
        using var connection = KubernetesConnection.Create(cluster.Kubeconfig, cluster.Context);
        var ns = cluster.Namespace ?? connection.Namespace
            ?? throw new ConfigurationException($"{connection.Source} names no namespace; name one that is for drills with --namespace.");
        await connection.ProbeAsync(TimeProvider.System, cancellationToken);
        var options = new RehearsalOptions
        {
            Namespace = ns,
            Image = cluster.Image,
            By = connection.User ?? Environment.UserName,
            Seed = seed,
            Listener = listener,
            Progress = progress,
        };
        try
        {
            return new(
                await ClusterRehearsal.PlayAsync(connection, scenario, options, perform, cancellationToken),
                $"namespace {ns} of {connection.Server} ({connection.Source})");
        }
        catch (RehearsalException fault)
        {
            throw new LiveFaultException(fault.Message, fault);
        }
    }
}

/// <summary>What came of a play in a test cluster.</summary>
/// <param name="Result">What came of the scenario.</param>
/// <param name="Place">Where it was played.</param>
internal sealed record ClusterOutcome(ScenarioResult Result, string Place);
