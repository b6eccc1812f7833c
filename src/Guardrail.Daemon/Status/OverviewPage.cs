using Guardrail.Engine.Decisions;
using Guardrail.Reporting;

namespace Guardrail.Daemon.Status;

/// <summary>The first page: what needs a person, what is under way, what is guarded, what was decided.</summary>
internal static class OverviewPage
{
    private const int MostDecisions = 40;
    private const int MostNamespaces = 40;
    private const int Port = 9464;

    /// <summary>The page.</summary>
    public static string Render(StatusView view)
    {
        var shown = Only(view);
        var content = shown.Fleet is null
            ? Markup.Of($"<h1 class=\"headline\">{Attention.Headline(shown)}</h1>\n{Elsewhere(shown)}{Attention.List(shown)}{Sources(shown)}")
            : Guarding(shown, shown.Fleet, Namespaces(view));
        return StatusShell.Page(shown, $"{Attention.Headline(shown).TrimEnd('.')} – Guardrail", "", content);
    }

    private static Markup Guarding(StatusView view, FleetPicture fleet, Markup namespaces)
    {
        var (underWay, ended) = (fleet.UnderWay.ToList(), fleet.Ended.ToList());
        var endedPart = ended.Count == 0 ? Markup.Nothing : Markup.Of(
            $"<h2>Ended within the hour <small>{ended.Count:N0}</small></h2>\n{RolloutList.Of(ended, view.Now, "")}");
        return Markup.Of(
            $"""
            <h1 class="headline">{Attention.Headline(view)}</h1>
            {namespaces}{Attention.List(view)}{Tiles(view, fleet, underWay.Count)}{PolicyList.Of(view)}
            <h2>Rollouts under way <small>{underWay.Count:N0}</small></h2>
            {RolloutList.Of(underWay, view.Now, "No workload is being rolled out.")}
            {endedPart}<h2>Guarded workloads <small>{fleet.Workloads.Length:N0}</small></h2>
            {WorkloadTable.Of(fleet.Workloads)}
            <h2>Decisions <small>the newest first</small></h2>
            {DecisionTable.Of([.. view.Decisions.Take(MostDecisions)], view.Now)}
            {Sources(view)}
            """);
    }

    /// <summary>Where to look instead.</summary>
    private static Markup Elsewhere(StatusView view) => view.Leadership is Leading.LeadershipState.StandingBy
        ? Markup.Of($"<p>Only who guards knows the fleet: look at the page of that pod, with <code>kubectl port-forward pod/NAME {Port}</code>.</p>\n")
        : Markup.Nothing;

    private static Markup Sources(StatusView view) => Markup.Of($"<h2>What it lives on</h2>\n{SourceTable.Of(view)}");

    private static Markup Tiles(StatusView view, FleetPicture fleet, int underWay)
    {
        var (all, ready) = (fleet.Workloads.Length, fleet.Workloads.Count(w => w.Readiness.IsReady));
        var quarantined = fleet.Workloads.Sum(w => w.View.Quarantined.Count);
        var back = view.Decisions.Count(d => d.Decision.Kind == DecisionKind.RollBack && view.Now - d.Decision.At < StatusBoard.Lately);
        return Markup.Of(
            $"""
            <ul class="tiles">{Tile($"{underWay:N0}", underWay == 1 ? "rollout under way" : "rollouts under way", PageTone.Plain)}{Tile($"{ready:N0} of {all:N0}", "workloads could be rolled back now", ready < all ? PageTone.Doubtful : PageTone.Plain)}{Tile($"{back:N0}", "rollbacks decided within the hour", back > 0 ? PageTone.Bad : PageTone.Plain)}{Tile($"{quarantined:N0}", quarantined == 1 ? "revision in quarantine" : "revisions in quarantine", quarantined > 0 ? PageTone.Doubtful : PageTone.Plain)}</ul>

            """);
    }

    private static Markup Tile(FormattableString number, string what, PageTone tone) =>
        Markup.Of($"<li class=\"{StatusParts.Class(tone) + (tone == PageTone.Plain ? "" : " mark")}\"><b>{Markup.Of(number)}</b><span>{what}</span></li>");

    /// <summary>Links that show one namespace, where there are several.</summary>
    private static Markup Namespaces(StatusView view)
    {
        var names = view.Fleet!.Workloads.CountBy(w => w.View.Id.Namespace).OrderBy(n => n.Key, StringComparer.Ordinal).ToList();
        if (names.Count < 2 && view.Namespace is null)
        {
            return Markup.Nothing;
        }

        var still = view.IsStill ? "&still=1" : "";
        var all = view.Namespace is null ? Markup.Of($"<b>all namespaces</b>") : Markup.Of($"<a href=\"{(view.IsStill ? "?still=1" : "./")}\">all namespaces</a>");
        var links = names.Take(MostNamespaces).Select(n => n.Key == view.Namespace
            ? Markup.Of($"<b>{n.Key}</b> {n.Value:N0}")
            : Markup.Of($"<a href=\"{"?namespace=" + Uri.EscapeDataString(n.Key) + still}\">{n.Key}</a> {n.Value:N0}"));
        var rest = names.Count > MostNamespaces ? Markup.Of($" · and {names.Count - MostNamespaces} more") : Markup.Nothing;
        return Markup.Of($"<p class=\"soft\">{Markup.Join([all, .. links], " · ")}{rest}</p>\n");
    }

    /// <summary>What concerns the chosen namespace.</summary>
    private static StatusView Only(StatusView view) => view.Namespace is not { } name || view.Fleet is not { } fleet ? view : view with
    {
        Fleet = fleet with
        {
            Workloads = [.. fleet.Workloads.Where(w => w.View.Id.Namespace == name)],
            Policies = [.. fleet.Policies.Where(p => p.Policy.Namespace == name)],
        },
        Decisions = [.. view.Decisions.Where(d => d.Rollout.Workload.Namespace == name)],
        Unusable = [.. view.Unusable.Where(p => p.Newest.Namespace == name)],
    };
}
