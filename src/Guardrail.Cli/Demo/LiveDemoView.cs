using System.Globalization;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Spectre.Console;

namespace Guardrail.Cli.Demo;

/// <summary>Shows the demo as one picture that changes, for a terminal.</summary>
internal sealed class LiveDemoView(IAnsiConsole console) : IDemoView
{
    private const int Newest = 8;
    private const int BarWidth = 30;
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(250);

    private readonly Lock gate = new();
    private readonly List<string> steps = [];
    private readonly List<string> decisions = [];
    private readonly long started = TimeProvider.System.GetTimestamp();
    private IReadOnlyList<GuardStatus> workloads = [];

    public async Task<DemoReport> ShowAsync(Func<CancellationToken, Task<DemoReport>> work, CancellationToken cancellationToken)
    {
        var running = work(cancellationToken);
        await console.Live(Picture()).StartAsync(async live =>
        {
            while (!running.IsCompleted)
            {
                await Task.WhenAny(running, Task.Delay(Refresh, TimeProvider.System, cancellationToken));
                live.UpdateTarget(Picture());
            }
        });
        return await running;
    }

    public void Step(string text)
    {
        lock (gate)
        {
            steps.Add($"[grey]{Elapsed}[/] {Markup.Escape(text)}");
        }
    }

    public void Decided(Decision decision)
    {
        var colour = decision.Kind switch
        {
            DecisionKind.RollBack or DecisionKind.NotCured => "red",
            DecisionKind.Hold or DecisionKind.Page or DecisionKind.Blind or DecisionKind.CureUnknown => "yellow",
            _ => "green",
        };
        lock (gate)
        {
            decisions.Add($"[grey]{Elapsed}[/] [{colour}]{DemoText.Of(decision.Kind)}[/] {Markup.Escape(decision.Reason)}");
        }
    }

    public void Observed(IReadOnlyList<GuardStatus> workloads)
    {
        lock (gate)
        {
            this.workloads = workloads;
        }
    }

    private string Elapsed => string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetElapsedTime(started).TotalSeconds,5:0.0} s");

    private Rows Picture()
    {
        lock (gate)
        {
            return new Rows(
                new Panel(new Markup(string.Join('\n', steps.DefaultIfEmpty("starting")))).Header($" Guardrail demo {Elapsed} ").Expand(),
                Table(),
                new Panel(new Markup(string.Join('\n', decisions.TakeLast(Newest).DefaultIfEmpty("[grey]none yet[/]")))).Header(" decisions ").Expand());
        }
    }

    private Table Table()
    {
        var table = new Table().Border(TableBorder.Rounded).Expand()
            .AddColumns("workload", "phase", "old revision", "new revision", "evidence against the new one");
        foreach (var status in workloads)
        {
            if (status.Rollout is { } rollout && DemoText.IsActive(rollout))
            {
                var all = rollout.Signals.IsEmpty ? default : rollout.Signals[0].All;
                table.AddRow(
                    new Text(status.Workload.ToString()),
                    new Text(rollout.Phase.Name),
                    new Text($"{rollout.Id.From}\n{DemoText.Rate(all.ControlEvents, all.ControlTotal)}"),
                    new Text($"{rollout.Id.To}\n{DemoText.Rate(all.CanaryEvents, all.CanaryTotal)}"),
                    Bar(rollout));
            }
            else
            {
                table.AddRow(status.Workload.ToString(), "[grey]steady[/]", string.Empty, string.Empty, string.Empty);
            }
        }

        return table;
    }

    private static Markup Bar(RolloutStatus rollout)
    {
        var share = Math.Clamp(rollout.LogEvidence / rollout.RollbackThreshold, 0, 1);
        var filled = (int)Math.Round(share * BarWidth);
        var colour = share >= 1 ? "red" : share > 0.43 ? "yellow" : "green";
        return new Markup($"[{colour}]{new string('█', filled)}[/][grey]{new string('░', BarWidth - filled)}[/]\n{DemoText.Evidence(rollout)}");
    }
}
