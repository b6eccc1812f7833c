using System.Diagnostics;
using Guardrail.Cli.Output;
using Guardrail.Kubernetes.Connection;
using Guardrail.Simulation.Scenarios;

namespace Guardrail.Cli.Simulate;

/// <summary>Plays a scenario once or many times and shows what came of it.</summary>
internal static class SimulateRun
{
    public static Task<int> RunAsync(Scenario scenario, Screen screen, SimulateWishes wishes, CancellationToken cancellationToken) =>
        wishes is { Report: not null, Runs: > 1 } ? throw new ConfigurationException("--report shows one play; leave --runs out, or name a play by --seed.")
        : wishes.Cluster is { } cluster ? InClusterAsync(scenario, cluster, screen, wishes, cancellationToken)
        : wishes.Speed is { } speed ? LiveAsync(scenario, speed, screen, wishes, cancellationToken)
        : wishes.Runs == 1 ? Task.FromResult(Once(scenario, screen, wishes))
        : Task.Run(() => Many(scenario, screen, wishes, cancellationToken), cancellationToken);

    private static int Once(Scenario scenario, Screen screen, SimulateWishes wishes)
    {
        var watch = Stopwatch.StartNew();
        var people = People(screen, wishes);
        var view = Picture(scenario, people);
        var listener = (IScenarioListener?)view ?? new PlainSimulateView(scenario, people);
        var play = () => ScenarioPlayer.Play(
            scenario, wishes.Seed, new() { Timeline = wishes.Json || wishes.Report is not null, Unguarded = wishes.WithoutGuardrail || wishes.Report is not null, Listener = listener });
        var result = view is null ? play() : view.Show(play);
        var pace = SimulateSummary.Virtual(result, watch.Elapsed);
        return Tell(result, pace, watch.Elapsed, people, screen, wishes);
    }

    private static async Task<int> LiveAsync(Scenario scenario, double speed, Screen screen, SimulateWishes wishes, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var people = People(screen, wishes);
        var view = Picture(scenario, people);
        var listener = (IScenarioListener?)view ?? new PlainSimulateView(scenario, people);
        var play = () => LiveRun.PlayAsync(scenario, new() { Seed = wishes.Seed, Speed = speed, Listener = listener }, cancellationToken);
        var outcome = await (view is null ? play() : view.ShowAsync(play));
        return Tell(outcome.Result, SimulateSummary.Live(outcome, speed, watch.Elapsed), watch.Elapsed, people, screen, wishes);
    }

    private static async Task<int> InClusterAsync(
        Scenario scenario, ClusterWishes cluster, Screen screen, SimulateWishes wishes, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var people = People(screen, wishes);
        var outcome = await ClusterRun.PlayAsync(scenario, cluster, wishes.Seed, people, cancellationToken);
        return Tell(outcome.Result, SimulateSummary.InCluster(outcome, watch.Elapsed), watch.Elapsed, people, screen, wishes);
    }

    private static Screen People(Screen screen, SimulateWishes wishes) =>
        wishes.Json ? screen with { Out = screen.Error, Colour = false, Interactive = false } : screen;

    private static LiveSimulateView? Picture(Scenario scenario, Screen people) => people.Interactive && people.Colour ? new(scenario) : null;

    private static int Tell(ScenarioResult result, string pace, TimeSpan took, Screen people, Screen screen, SimulateWishes wishes)
    {
        SimulateSummary.Write(result, pace, people);
        if (wishes.Json)
        {
            DataWriter.Write(screen.Out, SimulateJson.Of(result), OutputFormat.Json);
        }

        wishes.Report?.Write(result, people);
        WriteJUnit(wishes, took, result.Scenario, result.Checks);
        return result.IsMet ? ExitCode.Ok : ExitCode.Failed;
    }

    private static int Many(Scenario scenario, Screen screen, SimulateWishes wishes, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var runs = ManyRuns.Play(scenario, wishes.Seed, wishes.Runs, cancellationToken);
        ManyRunsText.Write(runs, watch.Elapsed, wishes.Json ? screen with { Out = screen.Error, Colour = false } : screen);
        if (wishes.Json)
        {
            DataWriter.Write(screen.Out, SimulateJson.Of(runs), OutputFormat.Json);
        }

        WriteJUnit(wishes, watch.Elapsed, scenario, runs.Unmet.IsEmpty
            ? [new(scenario.Name, "all expectations", $"met with all of {runs.Runs} seeds", true)]
            : [.. runs.Unmet.Select(u => u.Check with { Subject = $"seed {u.Seed}: {u.Check.Subject}" })]);
        return runs.Unmet.IsEmpty ? ExitCode.Ok : ExitCode.Failed;
    }

    private static void WriteJUnit(SimulateWishes wishes, TimeSpan took, Scenario scenario, IReadOnlyList<ExpectationCheck> checks)
    {
        if (wishes.JUnit is { } path)
        {
            try
            {
                JUnitReport.Of(scenario, checks, took).Save(path);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw new ConfigurationException($"--junit {path} cannot be written: {fault.Message.TrimEnd('.')}.", fault);
            }
        }
    }
}
