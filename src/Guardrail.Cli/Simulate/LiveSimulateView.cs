using System.Globalization;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Rollouts;
using Guardrail.Simulation.Scenarios;
using Spectre.Console;

namespace Guardrail.Cli.Simulate;

/// <summary>Shows a simulation as one picture that changes, for a terminal: virtual time, both arms, evidence, decisions.</summary>
internal sealed class LiveSimulateView(Scenario scenario) : IScenarioListener
{
    private const int Newest = 10;
    private const int MostRollouts = 8;
    private const int BarWidth = 24;
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100);

    private readonly List<string> lines = [];
    private IReadOnlyList<RolloutStatus> rollouts = [];
    private LiveDisplayContext? live;
    private long shownAt;
    private TimeSpan now;

    public ScenarioResult Show(Func<ScenarioResult> play)
    {
        ScenarioResult? result = null;
        AnsiConsole.Console.Live(Picture()).Start(context =>
        {
            live = context;
            result = play();
            context.UpdateTarget(Picture());
        });
        return result!;
    }

    /// <summary>The same while it is played elsewhere.</summary>
    public async Task<T> ShowAsync<T>(Func<Task<T>> play)
    {
        T? result = default;
        await AnsiConsole.Console.Live(Picture()).StartAsync(async context =>
        {
            live = context;
            result = await play();
            context.UpdateTarget(Picture());
        });
        return result!;
    }

    public void Happened(Moment moment) =>
        lines.Add($"[grey]{SimulateText.Clock(moment.At)}[/] {Markup.Escape($"{moment.Service ?? "all services"}: {moment.Words}")}");

    public void Decided(PlayedDecision decision)
    {
        var colour = SimulateText.ToneOf(decision.Kind) switch { Output.Tone.Bad => "red", Output.Tone.Doubtful => "yellow", _ => "green" };
        lines.Add($"[grey]{SimulateText.Clock(decision.At)}[/] {Markup.Escape($"{decision.Service} {decision.To}")} "
            + $"[{colour}]{SimulateText.Of(decision.Kind)}[/] {Markup.Escape(decision.Reason)}");
    }

    public void Ticked(TimeSpan at, Fleet fleet)
    {
        now = at;
        if (live is null || TimeProvider.System.GetElapsedTime(shownAt) < Refresh)
        {
            return;
        }

        shownAt = TimeProvider.System.GetTimestamp();
        rollouts = [.. fleet.Workloads.Where(w => w.IsChanging).Take(MostRollouts).Select(w => w.Describe().Rollout).OfType<RolloutStatus>()];
        live.UpdateTarget(Picture());
    }

    private Rows Picture() => new(
        new Panel(new Markup(Markup.Escape(scenario.Title))).Header(Markup.Escape($" {scenario.Name} {SimulateText.Clock(now)} of {SimulateText.Clock(scenario.Duration)} ")).Expand(),
        Table(),
        new Panel(new Markup(string.Join('\n', lines.TakeLast(Newest).DefaultIfEmpty("[grey]nothing yet[/]")))).Header(" what happened, and what was decided ").Expand());

    private Table Table()
    {
        var table = new Table().Border(TableBorder.Rounded).Expand().AddColumns("rollout", "phase", "old revision", "new revision", "evidence against the new one");
        foreach (var rollout in rollouts.Where(r => r.Phase is not RolloutPhase.Ended))
        {
            var all = rollout.Signals.IsEmpty ? default : rollout.Signals[0].All;
            table.AddRow(
                new Text($"{rollout.Id.Workload.Name} {rollout.Id.To}"),
                new Text(rollout.Phase.Name),
                new Text(Rate(all.ControlEvents, all.ControlTotal)),
                new Text(Rate(all.CanaryEvents, all.CanaryTotal)),
                Bar(rollout));
        }

        return table;
    }

    private static string Rate(long events, long total) => total == 0
        ? "no requests"
        : string.Create(CultureInfo.InvariantCulture, $"{100.0 * events / total:0.00} % errors of {total:N0}");

    private static Markup Bar(RolloutStatus rollout)
    {
        var share = Math.Clamp(rollout.LogEvidence / rollout.RollbackThreshold, 0, 1);
        var filled = (int)Math.Round(share * BarWidth);
        var colour = share >= 1 ? "red" : share > 0.43 ? "yellow" : "green";
        var words = string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, rollout.LogEvidence):0.0} of {rollout.RollbackThreshold:0.0} nats");
        return new Markup($"[{colour}]{new string('█', filled)}[/][grey]{new string('░', BarWidth - filled)}[/] {words}");
    }
}
