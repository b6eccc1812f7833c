using Guardrail.Daemon.Leading;
using Guardrail.Reporting;

namespace Guardrail.Daemon.Status;

/// <summary>What stands around every page: head, the line at the top, the foot.</summary>
internal static class StatusShell
{
    /// <summary>Seconds after which the page loads itself anew.</summary>
    public const int Refresh = 5;

    /// <summary>A whole page.</summary>
    /// <param name="view">What is shown.</param>
    /// <param name="title">Its title.</param>
    /// <param name="up">The way from the page to the overview; empty on the overview.</param>
    /// <param name="content">Its content.</param>
    public static string Page(StatusView view, string title, string up, Markup content) => "<!doctype html>\n" + Markup.Of(
        $"""
        <html lang="en"><head><meta charset="utf-8"/><meta name="viewport" content="width=device-width, initial-scale=1"/>{Reload(view)}<title>{title}</title>
        <style>{Style}</style></head>
        <body><main>
        <div class="top"><span><a class="brand" href="{(up.Length == 0 ? "./" : up)}">Guardrail</a> {view.Facts.Version} · {Role(view.Leadership)}</span><span>{Words.Moment(view.Now)} · {Reloading(view)}</span></div>
        {content}
        <footer>{Foot(view)}</footer>
        </main></body></html>

        """);

    /// <summary>Made of a constant of this program.</summary>
    private static Markup Style { get; } = ReportParts.StyleText(StatusStyle.Css);

    private static Markup Reload(StatusView view) => view.IsStill ? Markup.Nothing : Markup.Of($"<meta http-equiv=\"refresh\" content=\"{Refresh}\"/>");

    private static Markup Reloading(StatusView view)
    {
        var rest = view.Namespace is { } only ? $"namespace={Uri.EscapeDataString(only)}" : "";
        return view.IsStill
            ? Markup.Of($"stands still, <a href=\"{"?" + rest}\">follow</a>")
            : Markup.Of($"every {Refresh} s, <a href=\"{"?still=1" + (rest.Length == 0 ? "" : "&" + rest)}\">stand still</a>");
    }

    private static string Role(LeadershipState state) => state switch
    {
        LeadershipState.Alone => "the only instance",
        LeadershipState.Leading leading => $"leading as {leading.Identity}",
        LeadershipState.StandingBy => "standing by",
        LeadershipState.Lost => "lost the lead, and ends",
        _ => "looking for the lease",
    };

    private static Markup Foot(StatusView view) => Markup.Of(
        $"""
        Running for {Words.Duration(view.Now - view.Facts.StartedAt)} on {view.Facts.Cluster}. This page only shows; <code>guardrail status</code>, <code>explain</code>, <code>hold</code> and <code>rollback</code> on the command line tell more and act. Times are UTC.
        """);
}
