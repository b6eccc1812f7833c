using System.Threading.Channels;
using Guardrail.Cli.Simulate;
using Guardrail.Simulation.Drills;
using Guardrail.Simulation.Scenarios;

namespace Guardrail.Cli.Drill;

/// <summary>Holds a drill in a test cluster, before the Guardrail that is installed there. Leaves nothing behind.</summary>
internal static class ClusterDrillRun
{
    /// <exception cref="Guardrail.Kubernetes.Connection.ConfigurationException">The cluster or the namespace is not fit for it.</exception>
    /// <exception cref="LiveFaultException">It could not be held to its end.</exception>
    public static async Task<HeldDrill> HoldAsync(
        DrillPlan wished, ClusterWishes cluster, TimeProvider time, ChannelReader<TypedLine> lines, IDrillView view, CancellationToken cancellationToken)
    {
        var plan = wished.Live();
        var listener = new LiveDrillListener(plan);
        LiveDrillSession? session = null;
        var endedAt = TimeSpan.Zero;
        var outcome = await ClusterRun.HoldAsync(
            plan.Scenario with { Policies = plan.LivePolicies }, cluster, plan.Seed, listener, view.Note, PerformAsync, cancellationToken);
        return new(session!.Score(outcome.Result.Guarded), session.Steps, endedAt) { Length = session.Now };

        async Task PerformAsync(LivePlay play, CancellationToken cancellation)
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var playing = play.PlayAsync(end.Token);
            session = new(plan, play, listener);
            endedAt = await new DrillRoom(plan, session, speed: 1, time, lines, view).RunAsync(end.Token);
            await end.CancelAsync();
            await playing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
