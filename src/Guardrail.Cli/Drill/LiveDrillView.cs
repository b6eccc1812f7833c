using System.Collections.Immutable;
using Guardrail.Cli.Output;
using Guardrail.Simulation.Drills;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Guardrail.Cli.Drill;

/// <summary>Shows a drill as one picture that changes, for a terminal: the services, what happens, and what is being typed.</summary>
internal sealed class LiveDrillView(DrillPlan plan, KeyboardLines typing) : IDrillView
{
    /// <summary>Lines of the picture that are neither services nor news.</summary>
    private const int Frame = 9;
    private const int LeastNews = 5;
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private readonly List<string> lines = [];
    private readonly Dictionary<string, string> changes = new(StringComparer.Ordinal);
    private ImmutableArray<ServiceSight> sights = [];
    private TimeSpan now;
    private string speaker = plan.Lead;

    /// <summary>Shows it while it is played.</summary>
    public async Task<HeldDrill> ShowAsync(Func<CancellationToken, Task<HeldDrill>> play, CancellationToken cancellationToken)
    {
        typing.Start();
        var running = Task.Run(() => play(cancellationToken), cancellationToken);
        await AnsiConsole.Console.Live(Picture()).Overflow(VerticalOverflow.Crop).Cropping(VerticalOverflowCropping.Top).StartAsync(async live =>
        {
            while (!running.IsCompleted)
            {
                await Task.WhenAny(running, Task.Delay(Refresh, TimeProvider.System, CancellationToken.None));
                live.UpdateTarget(Picture());
            }
        });
        return await running;
    }

    public void Begins(DrillPlan plan) => Add("[grey]You are on call. help lists the commands.[/]");

    public void Speaks(string who)
    {
        lock (gate)
        {
            speaker = who;
        }
    }

    public void Said(DrillStep step) => Add($"[grey]{DrillWords.Clock(step.At)}[/] [bold]{Markup.Escape($"{step.By}: {step.Command.Words}")}[/]");

    public void Told(DrillNews news)
    {
        var (mark, tone) = DrillText.Of(news);
        var colour = tone switch { Tone.Bad => "red", Tone.Doubtful => "yellow", Tone.Good => "green", Tone.Heading => "bold", _ => "default" };
        Add($"[grey]{DrillWords.Clock(news.At)}[/] [{colour}]{Markup.Escape(mark)}[/]{Markup.Escape($"{(news.Service is null ? "" : news.Service + ": ")}{news.Words}")}");
        if (news is DrillNews.Change { Service: { } service })
        {
            lock (gate)
            {
                changes[service] = $"{DrillWords.Clock(news.At)} {news.Words}";
            }
        }
    }

    public void Shows(TimeSpan now, ImmutableArray<ServiceSight> sights, bool isAsked)
    {
        lock (gate)
        {
            (this.now, this.sights) = (now, sights);
        }
    }

    public void Note(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            Add($"[yellow]{Markup.Escape(line.TrimEnd('\r'))}[/]");
        }
    }

    private void Add(string line)
    {
        lock (gate)
        {
            lines.Add(line);
        }
    }

    private Rows Picture()
    {
        lock (gate)
        {
            var height = Math.Max(20, AnsiConsole.Console.Profile.Height);
            var shown = sights.OrderByDescending(s => s.HasAlert).Take(Math.Max(3, height - Frame - LeastNews)).ToHashSet();
            var news = Math.Max(LeastNews, height - Frame - shown.Count);
            var width = Math.Max(40, AnsiConsole.Console.Profile.Width - 4);
            return new(
                new Markup($"[bold]DRILL {DrillWords.Clock(now)}[/] of {DrillWords.Clock(plan.Length)}   {Markup.Escape(string.Join(", ", plan.Participants))}   [grey]seed {plan.Seed}, {Markup.Escape(Mode)}[/]"),
                Table([.. sights.Where(shown.Contains)]),
                new Panel(new Rows(lines.TakeLast(news).Select(l => (IRenderable)new Markup(l).Overflow(Overflow.Ellipsis)).DefaultIfEmpty(new Text("")))).Expand().Header(" news ").Padding(1, 0),
                new Markup($"[grey]{DrillText.Question}  see · hold · rollback · resume · approve · page · ask · who · help · end[/]").Overflow(Overflow.Ellipsis),
                new Markup($"[bold]{Markup.Escape(speaker)}>[/] {Markup.Escape(Tail(typing.Typed, width - speaker.Length))}[grey]▏[/]"));
        }
    }

    private string Mode => plan.Guardrail switch
    {
        DrillGuardrail.On => "Guardrail acts too",
        DrillGuardrail.Off => "no Guardrail",
        _ => "Guardrail answers when asked",
    };

    private Table Table(ImmutableArray<ServiceSight> shown)
    {
        var hasOrders = shown.Any(s => s.OrdersPerMinute is not null);
        var table = new Table().Border(TableBorder.Rounded).Expand();
        foreach (var heading in (string[])["service", "req/s", "errors", "p95", .. hasOrders ? new[] { "orders/min" } : [], "pods", "last change"])
        {
            var column = new TableColumn(heading) { NoWrap = true };
            table.AddColumn(heading is "service" or "pods" or "last change" ? column : column.RightAligned());
        }

        foreach (var sight in shown)
        {
            var style = sight.HasAlert ? new Style(Color.Red) : Style.Plain;
            List<IRenderable> cells =
            [
                new Text(sight.Service, style),
                new Text(sight.IsBlind ? "no data" : DrillText.Rate(sight.RequestsPerSecond)),
                new Text(sight.IsBlind ? "" : DrillText.Share(sight.ErrorShare), style),
                new Text(sight.IsBlind ? "" : DrillText.Latency(sight.P95), style),
            ];
            if (hasOrders)
            {
                cells.Add(new Text(sight.OrdersPerMinute is { } orders && !sight.IsBlind ? DrillText.Rate(orders) : ""));
            }

            cells.Add(new Text(DrillText.Pods(sight) + (sight.IsHeld ? ", held" : "")));
            cells.Add(new Text(changes.GetValueOrDefault(sight.Service, "")).Overflow(Overflow.Ellipsis));
            table.AddRow(cells);
        }

        return table;
    }

    private static string Tail(string text, int width) => text.Length <= width ? text : "…" + text[^Math.Max(1, width - 1)..];
}
