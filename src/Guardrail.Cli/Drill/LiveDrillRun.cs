using System.Threading.Channels;
using Guardrail.Cli.Simulate;
using Guardrail.Simulation.Drills;
using Guardrail.Simulation.Scenarios;

namespace Guardrail.Cli.Drill;

/// <summary>Holds a drill in a cluster before a daemon: an embedded one, as <c>guardrail run</c> starts it, or that of a test cluster. Leaves nothing behind.</summary>
internal static class LiveDrillRun
{
    /// <summary>Holds it in an embedded cluster.</summary>
    /// <exception cref="LiveFaultException">The daemon does not begin, or ends by itself.</exception>
    public static async Task<HeldDrill> HoldAsync(
        DrillPlan wished, double speed, TimeProvider time, ChannelReader<TypedLine> lines, IDrillView view, CancellationToken cancellationToken)
    {
        var stage = new Stage(wished.Live(), speed, time, lines, view);
        view.Note("The cluster is being started.");
        var outcome = await LiveRun.HoldAsync(
            stage.Plan.Scenario, stage.Plan.LivePolicies, new() { Seed = wished.Seed, Speed = speed, Listener = stage.Listener }, stage.PerformAsync, cancellationToken);
        return stage.Held(outcome.Result);
    }

    /// <summary>Holds it in a test cluster.</summary>
    /// <exception cref="Guardrail.Kubernetes.Connection.ConfigurationException">The cluster or the namespace is not fit for it.</exception>
    /// <exception cref="LiveFaultException">It could not be held to its end.</exception>
    public static async Task<HeldDrill> HoldAsync(
        DrillPlan wished, ClusterWishes cluster, TimeProvider time, ChannelReader<TypedLine> lines, IDrillView view, CancellationToken cancellationToken)
    {
        var stage = new Stage(wished.Live(), 1, time, lines, view);
        var outcome = await ClusterRun.HoldAsync(
            stage.Plan.Scenario with { Policies = stage.Plan.LivePolicies }, cluster, wished.Seed, stage.Listener, view.Note, stage.PerformAsync, cancellationToken);
        return stage.Held(outcome.Result);
    }

    /// <summary>The drill in a play whose cluster somebody else keeps.</summary>
    private sealed class Stage(DrillPlan plan, double speed, TimeProvider time, ChannelReader<TypedLine> lines, IDrillView view)
    {
        private LiveDrillSession? session;
        private TimeSpan endedAt;

        public DrillPlan Plan => plan;

        public LiveDrillListener Listener { get; } = new(plan);

        public async Task PerformAsync(LivePlay play, CancellationToken cancellationToken)
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var playing = play.PlayAsync(end.Token);
            await play.WhenBegunAsync(cancellationToken);
            if (play.Kubeconfig is { } kubeconfig)
            {
                view.Note($"kubectl and guardrail reach the cluster with KUBECONFIG={kubeconfig}");
            }

            session = new(plan, play, Listener);
            endedAt = await new DrillRoom(plan, session, speed, time, lines, view).RunAsync(cancellationToken);
            await end.CancelAsync();
            await playing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        public HeldDrill Held(ScenarioResult result) => new(session!.Score(result.Guarded), session.Steps, endedAt) { Length = session.Now };
    }
}
