using System.Collections.Immutable;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Records;
using Guardrail.Reporting;

namespace Guardrail.Daemon.Status;

/// <summary>One workload with its rollout: what changed, both revisions signal by signal, the evidence over time, what speaks for and against.</summary>
internal static class WorkloadPage
{
    private const string Up = "../../../";
    private const int MostRevisions = 20;

    private static readonly StatusTable.Column[] RevisionColumns = [new("Revision"), new("Number"), new("Pods"), new("Trust"), new("Images", IsProse: true), new("Changed by", IsProse: true)];

    /// <summary>The page; null when the workload is not guarded.</summary>
    public static string? Render(StatusView view, WorkloadId workload)
    {
        if (view.Fleet?.Workloads.FirstOrDefault(w => w.View.Id == workload) is not { } picture)
        {
            return null;
        }

        var rollout = picture.Rollout;
        var story = rollout is null ? Markup.Of($"<p class=\"empty\">It is not being rolled out, and no rollout of it ended within the hour.</p>\n") : Story(rollout, view);
        return StatusShell.Page(view, $"{workload} – Guardrail", Up, Markup.Of(
            $"""
            <p class="soft"><a href="{Up}">All workloads</a></p>
            <h1 class="headline">{workload}{(rollout is null ? Markup.Nothing : Markup.Of($" {StatusParts.Badge(RolloutWords.Phase(rollout), RolloutWords.Tone(rollout))}"))}</h1>
            {story}
            <h2>Could it be rolled back?</h2>
            <p>{WorkloadTable.Readiness(picture)}</p>
            {Facts([("policy", $"{picture.Policy.Namespace}/{picture.Policy.Name}, {PolicyList.Autonomy(picture.Policy)}"), ("notes", string.Join("; ", WorkloadTable.Notes(picture)))])}
            <h2>Revisions</h2>
            {StatusTable.Of(RevisionColumns, picture.View.Revisions.Reverse().Take(MostRevisions).Select(r => Revision(picture.View, r)))}
            """));
    }

    private static Markup Story(RolloutPicture rollout, StatusView view)
    {
        var now = view.Now;
        var (record, status) = (rollout.Record, rollout.Record.Status!);
        return Markup.Of(
            $"""
            <p>{RecordFacts.Reason(record)}</p>
            {Facts(
            [
                ("change", RolloutWords.Change(rollout)),
                ("first pod", $"{Words.Moment(rollout.Status.StartedAt)}, {StatusParts.Ago(rollout.Status.StartedAt, now)}"),
                ("verdict", RolloutWords.Verdict(status.Verdict)),
                ("state", string.Join("; ", RolloutWords.States(rollout, now))),
                ("budget", $"a healthy rollout is rolled back with a probability of at most {Words.Percent(rollout.Status.Budget)}"),
                ("record", view.Facts.KeepsRecords ? record.Metadata.Name : ""),
            ])}
            <h2>Evidence against the new revision</h2>
            {StatusParts.Bar(status)}{EvidenceFigure.Of(rollout)}
            <h2>Both revisions</h2>
            {SignalTable.Of(record)}
            <h2>For and against</h2>
            <ul class="sayings">{ArgumentText.Of(status).Select(Saying)}</ul>
            <h2>What was decided</h2>
            {(status.Timeline.IsEmpty ? Markup.Of($"<p class=\"empty\">Nothing that this instance knows of.</p>") : DecisionTable.Of(record, now))}
            """);
    }

    private static Markup Saying((char Sign, string Text) saying)
    {
        var tone = saying.Sign switch { '-' => PageTone.Bad, '+' => PageTone.Good, _ => PageTone.Doubtful };
        return Markup.Of($"<li class=\"{StatusParts.Class(tone)}\"><b>{saying.Sign switch { '-' => "−", '+' => "+", var other => $"{other}" }}</b><span>{saying.Text}</span></li>\n");
    }

    private static Markup Facts(ImmutableArray<(string Name, string Text)> facts) => Markup.Of(
        $"<dl class=\"facts\">{facts.Where(f => f.Text.Length > 0).Select(f => Markup.Of($"<dt>{f.Name}</dt><dd>{f.Text}</dd>"))}</dl>\n");

    private static Markup[] Revision(WorkloadView view, RevisionView revision)
    {
        var pods = view.Pods.Where(p => p.Revision == revision.Id).ToList();
        var trust = view.Quarantined.Contains(revision.Id) ? StatusParts.Badge("quarantined", PageTone.Bad)
            : revision.KnownGood ? StatusParts.Badge("known good", PageTone.Good)
            : Markup.Nothing;
        return
        [
            Markup.Of($"{revision.Id}{(revision.Id == view.CurrentRevision ? " (asked for)" : "")}"),
            Markup.Of($"{revision.Number}"),
            Markup.Text(pods.Count == 0 ? "none" : $"{pods.Count(p => p.ReadySince is not null)} of {pods.Count} ready"),
            trust,
            Markup.Text(string.Join(", ", revision.Images.Take(MostRevisions))),
            Markup.Text(revision.ChangedBy),
        ];
    }
}
