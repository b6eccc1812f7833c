using System.Collections.Immutable;
using Guardrail.Cli.Output;
using Guardrail.Simulation.Drills;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Guardrail.Cli.Drill;

/// <summary>Shows a drill as one picture that changes, for a terminal: the services, what happens, and what is being typed.</summary>
/// <param name="plan">What is drilled.</param>
/// <param name="speed">Virtual seconds per second.</param>
/// <param name="typing">What is being typed.</param>
/// <param name="time">The clock.</param>
internal sealed class LiveDrillView(DrillPlan plan, double speed, KeyboardLines typing, TimeProvider time) : IDrillView
{
    /// <summary>Lines of the picture that are neither services nor news.</summary>
    private const int Frame = 10;
    private const int LeastNews = 5;
    private const int MostLines = 3;

    /// <summary>Columns from which on the last change of each service is shown, and what the other columns take of them.</summary>
    private const int WideFrom = 120;
    private const int OtherColumns = 88;
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private readonly List<(string Lead, string Text, string Colour)> lines = [];
    private readonly Dictionary<string, string> changes = new(StringComparer.Ordinal);
    private ImmutableArray<ServiceSight> sights = [];
    private long startedAt = time.GetTimestamp();
    private string speaker = plan.Lead;

    /// <summary>Shows it while it is played.</summary>
    public async Task<T> ShowAsync<T>(Func<CancellationToken, Task<T>> play, CancellationToken cancellationToken)
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

    public void Begins(DrillPlan plan)
    {
        startedAt = time.GetTimestamp();
        Add("", "You are on call. help lists the commands.", "grey");
    }

    public void Speaks(string who)
    {
        lock (gate)
        {
            speaker = who;
        }
    }

    public void Said(DrillStep step) => Add(DrillWords.Clock(step.At), $"{step.By}: {step.Command.Words}", "bold");

    public void Told(DrillNews news)
    {
        var (mark, tone) = DrillText.Of(news);
        var colour = tone switch { Tone.Bad => "red", Tone.Doubtful => "yellow", Tone.Good => "green", Tone.Heading => "aqua", _ => "default" };
        Add(DrillWords.Clock(news.At), $"{mark}{(news.Service is null ? "" : news.Service + ": ")}{news.Words}", colour);
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
            this.sights = sights;
        }
    }

    public void Note(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            Add("", line.TrimEnd('\r'), "yellow");
        }
    }

    private void Add(string lead, string text, string colour)
    {
        lock (gate)
        {
            lines.Add((lead, text, colour));
        }
    }

    /// <summary>The newest lines; a long one is wrapped, and what does not fit into a few lines is cut.</summary>
    private IEnumerable<IRenderable> News(int count, int width)
    {
        var shown = new List<IRenderable>();
        foreach (var (lead, text, colour) in lines.TakeLast(count))
        {
            var start = lead.Length == 0 ? "" : lead + " ";
            string[] wrapped = text.Length <= width - start.Length ? [text] : [.. TextLayout.Wrap(text, width - start.Length)];
            for (var i = 0; i < Math.Min(wrapped.Length, MostLines); i++)
            {
                var line = i == MostLines - 1 && wrapped.Length > MostLines ? TextLayout.Cut(wrapped[i] + " …", width - start.Length, "…") : wrapped[i];
                shown.Add(new Markup($"[grey]{(i == 0 ? start : new string(' ', start.Length))}[/][{colour}]{Markup.Escape(line)}[/]"));
            }
        }

        return shown.TakeLast(count).DefaultIfEmpty(new Text(""));
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
                Head(sights.Length - shown.Count),
                Table([.. sights.Where(shown.Contains)], width + 4),
                new Panel(new Rows(News(news, width))).Expand().Header(" news ").Padding(1, 0),
                new Markup($"[grey]{DrillText.Question}{(width < WideFrom ? "" : "  see · hold · rollback · resume · approve · page · ask · who · help · end")}[/]"),
                new Markup($"[bold]{Markup.Escape(speaker)}>[/] {Markup.Escape(Tail(typing.Typed, width - speaker.Length))}[grey]▏[/]"));
        }
    }

    private Markup Head(int hidden)
    {
        var people = Markup.Escape(string.Join(", ", plan.Participants));
        var rest = hidden == 0 ? "" : $", {hidden} of {sights.Length} services not shown";
        return new($"[bold]DRILL {DrillWords.Clock(Now)}[/] of {DrillWords.Clock(plan.Length)}   {people}   [grey]seed {plan.Seed}, {Mode}{rest}[/]")
        {
            Overflow = Overflow.Crop,
        };
    }

    private TimeSpan Now => time.GetElapsedTime(startedAt) * speed is var now && now < plan.Length ? now : plan.Length;

    private string Mode => plan.Guardrail switch
    {
        DrillGuardrail.On => "Guardrail acts too",
        DrillGuardrail.Off => "no Guardrail",
        _ => "Guardrail answers when asked",
    };

    private Table Table(ImmutableArray<ServiceSight> shown, int width)
    {
        var isWide = width >= WideFrom;
        var hasOrders = shown.Any(s => s.OrdersPerMinute is not null);
        var table = new Table().Border(TableBorder.Rounded).Expand();
        foreach (var heading in (string[])["service", "req/s", "errors", "p95", .. hasOrders ? new[] { "orders/min" } : [], "pods", .. isWide ? new[] { "last change" } : []])
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
            if (isWide)
            {
                cells.Add(new Text(TextLayout.Cut(changes.GetValueOrDefault(sight.Service, ""), width - OtherColumns, "…")));
            }

            table.AddRow(cells);
        }

        return table;
    }

    private static string Tail(string text, int width) => text.Length <= width ? text : "…" + text[^Math.Max(1, width - 1)..];
}
