using Guardrail.Engine.Workloads;
using Guardrail.Reporting;

namespace Guardrail.Daemon.Status;

/// <summary>The guarded workloads: what serves, who guards it, and whether it could be rolled back today.</summary>
internal static class WorkloadTable
{
    /// <summary>Most rows.</summary>
    public const int Most = 300;

    /// <summary>Most revisions that a row names.</summary>
    private const int MostRevisions = 5;

    private static readonly StatusTable.Column[] Columns = [new("Workload"), new("Policy"), new("Revision asked for"), new("Could be rolled back?", IsProse: true), new("Notes", IsProse: true)];

    /// <summary>The table: what could not be rolled back comes first, then in order of the name.</summary>
    public static Markup Of(IReadOnlyCollection<WorkloadPicture> workloads)
    {
        if (workloads.Count == 0)
        {
            return Markup.Of($"<p class=\"empty\">None. <code>guardrail policy check FILE</code> says which workloads a policy would guard.</p>\n");
        }

        var rest = workloads.Count - Most;
        var more = rest > 0 ? Markup.Of($"<p class=\"soft\">and {rest:N0} more, which could be rolled back or are like these; show one namespace to see them.</p>\n") : Markup.Nothing;
        return Markup.Of($"{StatusTable.Of(Columns, workloads.OrderBy(w => w.Readiness.IsReady).Take(Most).Select(Row))}{more}");
    }

    private static Markup[] Row(WorkloadPicture workload) =>
    [
        StatusParts.Link(workload.View.Id),
        Markup.Of($"{workload.Policy.Name} <span class=\"soft\">{PolicyList.Autonomy(workload.Policy)}</span>"),
        Revision(workload.View),
        Readiness(workload),
        Markup.Text(string.Join("; ", Notes(workload))),
    ];

    /// <summary>Whether it could be rolled back, and why not.</summary>
    public static Markup Readiness(WorkloadPicture workload) => workload.Readiness.IsReady
        ? Markup.Of($"{StatusParts.Badge("yes", PageTone.Good)} {workload.Readiness.Message}")
        : Markup.Of($"{StatusParts.Badge("no", PageTone.Doubtful)} {workload.Readiness.Message}");

    /// <summary>What is out of the ordinary about a workload.</summary>
    public static IEnumerable<string> Notes(WorkloadPicture workload)
    {
        var view = workload.View;
        if (!view.Quarantined.IsEmpty)
        {
            var named = view.Quarantined.Select(r => r.Hash).Order(StringComparer.Ordinal).Take(MostRevisions);
            yield return $"quarantined: {string.Join(", ", named)}{(view.Quarantined.Count > MostRevisions ? " and more" : "")}";
        }

        if (view.Irreversible)
        {
            yield return "marked irreversible";
        }

        if (view.Pause == PauseState.ByOther)
        {
            yield return "paused by somebody else";
        }

        if (!view.RollsGradually)
        {
            yield return "both revisions never serve together";
        }
    }

    private static Markup Revision(WorkloadView view)
    {
        var ready = view.Pods.Count(p => p.ReadySince is not null && p.Revision == view.CurrentRevision);
        return Markup.Of($"{view.CurrentRevision?.Hash ?? "nothing yet"} <span class=\"soft\">{ready:N0} of {StatusParts.Count(view.DesiredReplicas, "pod", "pods")} ready</span>");
    }
}
