using System.Threading.Channels;
using Guardrail.Cli.Simulate;
using Guardrail.Daemon.Guarding;
using Guardrail.Daemon.Hosting;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Observations;
using Guardrail.Simulation.Drills;
using Guardrail.Simulation.Scenarios;

namespace Guardrail.Cli.Drill;

/// <summary>Holds a drill in an embedded cluster, before the daemon as <c>guardrail run</c> starts it. Leaves nothing behind.</summary>
internal static class LiveDrillRun
{
    /// <exception cref="LiveFaultException">The daemon does not begin, or ends by itself.</exception>
    public static async Task<HeldDrill> HoldAsync(
        DrillPlan wished, double speed, TimeProvider time, ChannelReader<TypedLine> lines, IDrillView view, CancellationToken cancellationToken)
    {
        var plan = wished.Live();
        var listener = new LiveDrillListener(plan);
        var folder = Directory.CreateTempSubdirectory("guardrail-drill-");
        try
        {
            view.Note("The cluster is being started.");
            var kubeconfig = Path.Combine(folder.FullName, "kubeconfig");
            await using var play = await LivePlay.StartAsync(
                plan.Scenario, new() { Seed = plan.Seed, Speed = speed, Kubeconfig = kubeconfig, Listener = listener }, cancellationToken);
            await using var daemon = await GuardrailHost.StartAsync(
                new DaemonOptions { PolicyPaths = [], Policies = plan.LivePolicies, Scrape = true, Kubeconfig = kubeconfig, Listen = "127.0.0.1:0" },
                log: null,
                [new LiveListener(play)],
                play.Time,
                cancellationToken);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var playing = play.PlayAsync(end.Token);
            await play.WhenBegunAsync(cancellationToken);
            view.Note($"kubectl and guardrail reach the cluster with KUBECONFIG={kubeconfig}");
            var session = new LiveDrillSession(plan, play, listener);
            var room = new DrillRoom(plan, session, speed, time, lines, view).RunAsync(end.Token);
            if (await Task.WhenAny(room, daemon.WaitAsync(end.Token)) != room)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw new LiveFaultException("The daemon ended by itself in the middle of the drill; please report that, with the scenario and its seed.");
            }

            var endedAt = await room;
            await end.CancelAsync();
            await playing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await daemon.StopAsync(cancellationToken);
            return new(session.Score(play.Close().Guarded), session.Steps, endedAt) { Length = session.Now };
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
