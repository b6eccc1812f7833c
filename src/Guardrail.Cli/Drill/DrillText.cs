using System.Globalization;
using Guardrail.Cli.Output;
using Guardrail.Simulation.Drills;

namespace Guardrail.Cli.Drill;

/// <summary>Words and numbers that every view of a drill shows.</summary>
internal static class DrillText
{
    /// <summary>The question that a drill asks all the time.</summary>
    public const string Question = "What do you see? What do you do?";

    /// <summary>The commands.</summary>
    public const string Help = """
        see TEXT                     say what you see: a service, a symptom, or both
        hold SERVICE                 pause its rollout; resume SERVICE lets it go on
        rollback SERVICE [REVISION]  go back to the revision before, or to another one
        approve [SERVICE]            say that its rollout is good; without a name, the last one
        page WHOM                    call somebody
        ask [SERVICE]                ask Guardrail what it believes
        who NAME                     NAME speaks from now on; or NAME: COMMAND for one line
        status, help, end            see the services, this text, or call the drill over
        """;

    /// <summary>How a kind of news is marked, and in which colour.</summary>
    public static (string Mark, Tone Tone) Of(DrillNews news) => news switch
    {
        DrillNews.Alert => ("ALERT ", Tone.Bad),
        DrillNews.AlertOver => ("over: ", Tone.Good),
        DrillNews.Guardrail acts => ($"GUARDRAIL {Demo.DemoText.Of(acts.Decision)} ", Simulate.SimulateText.ToneOf(acts.Decision)),
        DrillNews.Refused => ("not done: ", Tone.Doubtful),
        DrillNews.Answer => ("GUARDRAIL says ", Tone.Heading),
        _ => ("", Tone.Plain),
    };

    /// <summary>A rate per second.</summary>
    public static string Rate(double rate) => rate.ToString(rate < 10 ? "0.#" : "N0", CultureInfo.InvariantCulture);

    /// <summary>A share of errors.</summary>
    public static string Share(double? share) => share is not { } s ? "-" : (s * 100).ToString(s < 0.01 ? "0.00" : "0.0", CultureInfo.InvariantCulture) + " %";

    /// <summary>A duration of requests.</summary>
    public static string Latency(double? seconds) => seconds is not { } s ? "-" : s < 1 ? Text($"{s * 1000:0} ms") : Text($"{s:0.##} s");

    /// <summary>Pods by revision: <c>v1 8, v2 2 of 3</c>.</summary>
    public static string Pods(ServiceSight sight) => sight.Wanted is null ? "deleted"
        : sight.Pods.IsEmpty ? "none"
        : string.Join(", ", sight.Pods.Select(p => p.Ready == p.All ? Text($"{p.Revision} {p.All}") : Text($"{p.Revision} {p.Ready} of {p.All}")));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
