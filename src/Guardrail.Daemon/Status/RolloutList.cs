using Guardrail.Kubernetes.Records;
using Guardrail.Reporting;

namespace Guardrail.Daemon.Status;

/// <summary>Rollouts, each as a card: where it stands, how strong the evidence is, what both revisions counted, and why.</summary>
internal static class RolloutList
{
    /// <summary>Most cards of a list.</summary>
    public const int Most = 300;

    /// <summary>The cards.</summary>
    /// <param name="rollouts">The rollouts, the most urgent first.</param>
    /// <param name="now">Now.</param>
    /// <param name="empty">What is said when there are none.</param>
    public static Markup Of(IReadOnlyCollection<RolloutPicture> rollouts, DateTimeOffset now, string empty)
    {
        if (rollouts.Count == 0)
        {
            return Markup.Of($"<p class=\"empty\">{empty}</p>\n");
        }

        var rest = rollouts.Count - Most;
        var more = rest > 0 ? Markup.Of($"<p class=\"soft\">and {rest:N0} more, less urgent; show one namespace to see them.</p>\n") : Markup.Nothing;
        return Markup.Of($"<ul class=\"rollouts\">\n{rollouts.Take(Most).Select(r => Card(r, now))}</ul>\n{more}");
    }

    private static Markup Card(RolloutPicture rollout, DateTimeOffset now)
    {
        var tone = RolloutWords.Tone(rollout);
        return Markup.Of(
            $"""
            <li class="{StatusParts.Class(tone)}"><div><span class="name">{StatusParts.Link(rollout.View.Id)}</span> {StatusParts.Badge(RolloutWords.Phase(rollout), tone)}<div class="change">{RolloutWords.Change(rollout)}</div><div class="state">{State(rollout, now)}</div></div><div>{StatusParts.Bar(rollout.Record.Status)}</div><div>{StatusParts.Arms(rollout.Record)}</div><p class="reason">{RecordFacts.Reason(rollout.Record)}</p></li>

            """);
    }

    /// <summary>Verdict, age, and what is done or waited for.</summary>
    private static Markup State(RolloutPicture rollout, DateTimeOffset now)
    {
        var status = rollout.Record.Status!;
        var age = status.EndedAt is { } end
            ? $"ended {StatusParts.Ago(end, now)} after {Words.Duration(end - rollout.Status.StartedAt)}"
            : $"for {Words.Duration(now - rollout.Status.StartedAt)}";
        string[] words = [RolloutWords.Verdict(status.Verdict), age, .. RolloutWords.States(rollout, now)];
        return Markup.Text(string.Join(" · ", words));
    }
}
