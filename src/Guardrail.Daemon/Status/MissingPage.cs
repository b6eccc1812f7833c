using Guardrail.Reporting;

namespace Guardrail.Daemon.Status;

/// <summary>What is shown in the place of a workload that is not guarded.</summary>
internal static class MissingPage
{
    private const string Up = "../../../";
    private const int LongestName = 320;

    /// <summary>The page.</summary>
    /// <param name="view">What else is known.</param>
    /// <param name="name">The name that was asked for.</param>
    public static string Render(StatusView view, string name)
    {
        var shown = name.Length <= LongestName ? name : name[..LongestName] + "…";
        var why = view.Fleet is null ? Attention.Headline(view) : "No policy selects it, or it is gone.";
        return StatusShell.Page(view, "Not guarded – Guardrail", Up, Markup.Of(
            $"<h1 class=\"headline\">{shown} is not guarded here.</h1>\n<p>{why}</p>\n<p><a href=\"{Up}\">All workloads</a></p>\n"));
    }
}
