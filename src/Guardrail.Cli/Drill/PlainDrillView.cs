using System.Collections.Immutable;
using Guardrail.Cli.Output;
using Guardrail.Simulation.Drills;

namespace Guardrail.Cli.Drill;

/// <summary>Shows a drill as lines, for pipes and plain terminals.</summary>
internal sealed class PlainDrillView(Screen screen) : IDrillView
{
    public void Begins(DrillPlan plan)
    {
        var people = string.Join(", ", plan.Participants);
        var services = plan.Scenario.Services.Length == 1 ? "1 service" : $"{plan.Scenario.Services.Length} services";
        screen.Out.WriteLine(screen.Clean(
            $"You are on call: {services}, at most {DrillWords.Time(plan.Length)}; {people}, {plan.Lead} leads; seed {plan.Seed}."));
        screen.Out.WriteLine(screen.Paint(DrillText.Question, Tone.Heading));
    }

    public void Speaks(string who) => screen.Out.WriteLine(screen.Clean($"{who} speaks; help lists the commands"));

    public void Said(DrillStep step) =>
        screen.Out.WriteLine($"{DrillWords.Clock(step.At)} {screen.Paint(screen.Clean($"{step.By}: {step.Command.Words}"), Tone.Heading)}");

    public void Told(DrillNews news)
    {
        var (mark, tone) = DrillText.Of(news);
        screen.Out.WriteLine($"{DrillWords.Clock(news.At)}   {screen.Paint(mark, tone)}{screen.Clean($"{(news.Service is null ? "" : news.Service + ": ")}{news.Words}")}");
    }

    public void Shows(TimeSpan now, ImmutableArray<ServiceSight> sights, bool isAsked)
    {
        if (!isAsked)
        {
            return;
        }

        var hasOrders = sights.Any(s => s.OrdersPerMinute is not null);
        string[] headings = ["SERVICE", "REQ/S", "ERRORS", "P95", .. hasOrders ? new[] { "ORDERS/MIN" } : [], "PODS"];
        var table = new TextTable(headings);
        foreach (var sight in sights)
        {
            var tone = sight.HasAlert ? Tone.Bad : Tone.Plain;
            (string, Tone)[] cells =
            [
                (sight.Service, tone),
                (DrillText.Rate(sight.RequestsPerSecond) + (sight.IsBlind ? " (old)" : ""), Tone.Plain),
                (DrillText.Share(sight.ErrorShare), tone),
                (DrillText.Latency(sight.P95), Tone.Plain),
                .. hasOrders ? new (string, Tone)[] { (sight.OrdersPerMinute is { } orders ? DrillText.Rate(orders) : "", Tone.Plain) } : [],
                (DrillText.Pods(sight) + (sight.IsHeld ? ", held" : ""), Tone.Plain),
            ];
            table.Add(cells);
        }

        screen.Out.WriteLine(DrillWords.Clock(now));
        table.Write(screen);
    }

    public void Note(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            screen.Out.WriteLine(screen.Paint(screen.Clean("  " + line.TrimEnd('\r')), Tone.Doubtful));
        }
    }
}
