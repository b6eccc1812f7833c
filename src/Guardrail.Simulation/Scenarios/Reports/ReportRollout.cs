using System.Collections.Immutable;
using System.Text;
using Guardrail.Engine.Rollouts;
using Guardrail.Reporting;
using Guardrail.Simulation.Peers;

namespace Guardrail.Simulation.Scenarios.Reports;

/// <summary>One rollout in detail: both arms, evidence, and what other tools' rules say of it.</summary>
internal static class ReportRollout
{
    private const int Width = 600;
    private const int Height = 360;

    private static readonly TimeSpan UsualWarmUp = TimeSpan.FromSeconds(90);

    /// <summary>The rollouts of a run, first those about which something was done or that are bad, and of them those that did most harm.</summary>
    public static IEnumerable<PlayedRollout> ByWeight(ScenarioRun run) => run.Rollouts
        .OrderBy(r => r.IsHealthy && r.Action == ExpectedAction.None).ThenByDescending(r => r.BadRequests).ThenBy(r => r.BegunAt);

    public static void Append(StringBuilder html, ScenarioResult result, PlayedRollout rollout)
    {
        html.Append("<section>");
        ReportParts.Append(html, "h2", $"{rollout.Service} {rollout.From} → {rollout.To}: {ReportText.Of(rollout)}");
        ReportParts.Append(html, "p", Sentence(rollout));
        if (RolloutSpan.Of(result.Guarded, rollout) is { } span)
        {
            Arms(html, span);
            var warmUp = result.Scenario.Policies.Select(p => p.WarmUp).FirstOrDefault(UsualWarmUp);
            Plot?[] plots = [RatePlot.Of(span), EvidencePlot.Of(span), TailPlot.Of(span, result.Guarded.LatencyEdges, warmUp)];
            html.Append("<div class=\"pair\">\n");
            foreach (var plot in plots.OfType<Plot>())
            {
                ReportParts.Append(html, plot, Width, Height, isTitled: true);
            }

            html.Append("</div>\n");
        }

        Peers(html, result, rollout);
        html.Append("</section>\n");
    }

    private static string Sentence(PlayedRollout rollout)
    {
        var truth = rollout.IsHealthy ? "In truth the revision is well." : "In truth the revision is bad.";
        var verdict = rollout.Verdict.Length == 0 ? "" : $" Guardrail's verdict: {Verdict(rollout)}.";
        var frozen = rollout.HeldFor.Contains(HoldCause.Frozen) ? " It was held when it began, for changes by agents are frozen." : "";
        return $"Rolled out at {ReportText.Clock(rollout.BegunAt)}{ReportText.By(rollout.By)}. {truth}{frozen}{verdict}{Found(rollout.Cure)}";
    }

    private static string Found(CureFinding? cure) => cure switch
    {
        null => "",
        CureFinding.Cured => " Taking it back was found to be the cure.",
        CureFinding.NotCured => " Taking it back was found to be no cure, and a person was called.",
        _ => " Whether taking it back was the cure could not be told.",
    };

    private static string Verdict(PlayedRollout rollout)
    {
        var (verdict, reason) = (ReportText.Verdict(rollout.Verdict), rollout.Reason.TrimEnd('.'));
        return reason.Length == 0 ? verdict : reason.StartsWith(verdict, StringComparison.Ordinal) ? reason : $"{verdict}: {reason}";
    }

    private static void Arms(StringBuilder html, RolloutSpan span)
    {
        var compared = span.Compared.SkipWhile(t => t.Canary is { Pods: 0, Requests: 0 }).ToList();
        var old = compared.Aggregate(default(ArmTotals), (sum, t) => sum.And(t.Control));
        var fresh = compared.Aggregate(default(ArmTotals), (sum, t) => sum.And(t.Canary));
        ReportParts.Append(html, new ReportTable(
            [$"Until {ReportText.Clock(span.Decided)}", "Requests", "Errors", "Share", "95 % interval, any time"],
            [Row($"new, {span.Rollout.To}", fresh), Row($"old, {span.Rollout.From}", old)]));

        ReportParts.Append(html, "p class=\"lead\"", "What was really served, by the simulation's own books; Guardrail's reasons count what it could read, tick by tick.");

        static ImmutableArray<string> Row(string name, ArmTotals arm) =>
        [
            name, ReportText.Number(arm.Requests), ReportText.Number(arm.Errors), arm.Requests == 0 ? "–" : ReportText.Percent(arm.Rate),
            arm.Interval() is var (low, high) ? $"{ReportText.Percent(low)} to {ReportText.Percent(high)}" : "–",
        ];
    }

    private static void Peers(StringBuilder html, ScenarioResult result, PlayedRollout rollout)
    {
        if (result.Unguarded?.Rollouts.FirstOrDefault(r => r.Service == rollout.Service && r.To == rollout.To && r.BegunAt == rollout.BegunAt) is not { } same
            || result.Unguarded.Services.IsEmpty)
        {
            return;
        }

        var begin = same.FirstBadAt ?? same.BegunAt;
        var harm = new PeerHarm(result, rollout.Service, rollout.BegunAt);
        var column = harm.IsOfAll ? "Spoilt by then" : $"Spoilt at {rollout.Service} by then";
        ReportParts.Append(html, "h3", "What other tools' rules would have done");
        ReportParts.Append(html, new ReportTable(
            ["Rule, at its defaults", "Decides", rollout.IsHealthy || same.FirstBadAt is null ? "After it began" : "After the first bad request", column],
            [
                Row("Guardrail", Words(rollout), rollout.RolledBackAt ?? rollout.PagedAt ?? rollout.HeldAt ?? rollout.AdvisedAt, rollout.FirstBadAt ?? rollout.BegunAt, harm.Guarded()),
                .. PeerPlays.Of(result.Unguarded, same).Select(p => Row(p.Rule, Words(p, rollout.IsHealthy), p.At, begin, harm.Without(p.Decision == PeerDecision.RollBack ? p.At : null))),
            ]));
        ReportParts.Append(
            html,
            "p class=\"lead\"",
            $"Each rule is fed the counts of the run in which nobody intervenes, from the first new pod on, for at most {ReportText.Time(PeerPlays.Longest)}, and without the pacing that the tool would bring. Once the old revision is gone, a rule that compares (Kayenta) has nothing to compare with; in use it would keep the old one serving. What is spoilt while a rollback is carried out is counted for Guardrail, not for the others.");

        ImmutableArray<string> Row(string rule, string decides, TimeSpan? at, TimeSpan since, long spoilt) =>
            [rule, decides, at is { } when ? ReportText.Time(when - since) : "–", ReportText.Number(spoilt)];
    }

    private static string Words(PlayedRollout rollout) => rollout.Action switch
    {
        ExpectedAction.None when rollout.IsOnlyAdvised => "would take it back, and may not",
        ExpectedAction.None => "lets it go on",
        ExpectedAction.Hold => "holds it",
        ExpectedAction.Page => "calls a person",
        ExpectedAction.Contested when rollout.RolledBackAt is null => "gives way, calls a person",
        _ when rollout.IsHealthy => "takes it back, falsely",
        _ => "takes it back",
    };

    private static string Words(PeerPlay play, bool isHealthy) => play.Decision switch
    {
        PeerDecision.RollBack when isHealthy => "takes it back, falsely",
        PeerDecision.RollBack => "takes it back",
        PeerDecision.Pause => "stops, waits for a person",
        _ => "lets it go on",
    };
}
