using System.Globalization;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Records;
using Guardrail.Reporting;

namespace Guardrail.Daemon.Status;

/// <summary>The small parts that the page is made of.</summary>
internal static class StatusParts
{
    /// <summary>A bar is this much longer than the threshold for a rollback, so that it can be seen to be passed.</summary>
    private const double Beyond = 1.25;

    /// <summary>A word in a coloured frame.</summary>
    public static Markup Badge(string text, PageTone tone) => Markup.Of($"<span class=\"badge {Class(tone)}\">{text}</span>");

    /// <summary>Name of a tone in the style sheet.</summary>
    public static string Class(PageTone tone) => tone switch
    {
        PageTone.Good => "good",
        PageTone.Doubtful => "doubtful",
        PageTone.Bad => "bad",
        _ => "plain",
    };

    /// <summary>A link to a workload's own page.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="up">The way from the page to the overview, such as <c>../</c>.</param>
    public static Markup Link(WorkloadId workload, string up = "") => Markup.Of($"<a href=\"{up + Path(workload)}\">{workload}</a>");

    /// <summary>Path of a workload's own page, from the overview.</summary>
    public static string Path(WorkloadId workload) =>
        $"rollouts/{Uri.EscapeDataString(workload.Namespace)}/{workload.Kind.ToString().ToLowerInvariant()}/{Uri.EscapeDataString(workload.Name)}";

    /// <summary>Evidence as a bar with a mark at each threshold, and in numbers.</summary>
    public static Markup Bar(GuardedRolloutStatus? status)
    {
        if (status?.Evidence is not { } evidence)
        {
            return status?.Outcome is null
                ? Markup.Of($"<div class=\"numbers soft\">no evidence yet: nothing was compared</div>")
                : Markup.Of($"<div class=\"numbers soft\">its evidence is no longer kept, or there was none</div>");
        }

        var full = evidence.Threshold > 0 ? evidence.Threshold * Beyond : 1;
        var tone = evidence.Nats >= evidence.Threshold ? PageTone.Bad : evidence.Nats >= Statistics.Evidence.HoldThreshold ? PageTone.Doubtful : PageTone.Good;
        var numbers = $"{RecordWords.Numbers(evidence)} nats";
        var marks = new[] { Statistics.Evidence.HoldThreshold, evidence.Threshold }.Where(at => at < full)
            .Select(at => Markup.Of($"<path class=\"mark\" d=\"M{Share(at, full):0.##} 0v10\"/>"));
        return Markup.Of(
            $"""
            <svg class="bar {Class(tone)}" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="{numbers} of evidence"><title>held from {Words.Nats(Statistics.Evidence.HoldThreshold)} on, taken back from {Words.Nats(evidence.Threshold)} on</title><rect class="ground" width="100" height="10"/><rect class="fill" width="{Share(evidence.Nats, full):0.##}" height="10"/>{marks}</svg><div class="numbers">{numbers} <span class="soft">against the new revision</span></div>
            """);
    }

    /// <summary>What both revisions counted of the signal that tells most.</summary>
    public static Markup Arms(GuardedRollout record) => RecordWords.Headline(record.Status) is not { } signal
        ? Markup.Nothing
        : Markup.Of($"<dl class=\"arms\">{Arm("new", record.Spec.To, signal.Event, signal.Canary)}{Arm("old", record.Spec.From, signal.Event, signal.Control)}</dl>");

    /// <summary>How long ago, or until when.</summary>
    public static string Ago(DateTimeOffset at, DateTimeOffset now) => now - at < TimeSpan.FromSeconds(1) ? "now" : $"{Words.Duration(now - at)} ago";

    /// <summary>A moment as a cell: how long ago, and when on pointing at it.</summary>
    public static Markup Age(DateTimeOffset at, DateTimeOffset now) => Markup.Of($"<time title=\"{Words.Moment(at)}\">{Ago(at, now)}</time>");

    /// <summary>A number with its noun.</summary>
    public static string Count(int number, string one, string many) => string.Create(CultureInfo.InvariantCulture, $"{number:N0} {(number == 1 ? one : many)}");

    private static Markup Arm(string which, string revision, string what, RecordedArm arm) => arm.Total == 0
        ? Markup.Of($"<dt>{which}</dt><dd>{revision}: no requests</dd><dd class=\"rate\"></dd>")
        : Markup.Of(
            $"<dt>{which}</dt><dd>{revision}: {Quantity.Of(arm.Events, what)} in {Words.Count(arm.Total)}</dd><dd class=\"rate\">{Words.Percent((double)arm.Events / arm.Total)}</dd>");

    private static double Share(double nats, double full) => double.IsFinite(nats) ? Math.Clamp(nats / full, 0, 1) * 100 : 0;
}

/// <summary>How something looks; what it means stands beside it in words.</summary>
internal enum PageTone
{
    /// <summary>Neither.</summary>
    Plain,

    /// <summary>As it should be.</summary>
    Good,

    /// <summary>To be watched.</summary>
    Doubtful,

    /// <summary>Wrong.</summary>
    Bad,
}
