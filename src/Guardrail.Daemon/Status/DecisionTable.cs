using Guardrail.Engine.Decisions;
using Guardrail.Kubernetes.Records;
using Guardrail.Reporting;

namespace Guardrail.Daemon.Status;

/// <summary>Decisions with their reasons.</summary>
internal static class DecisionTable
{
    private static readonly StatusTable.Column[] Columns = [new("When"), new("Workload"), new("Decision"), new("Why, and what became of it", IsProse: true)];

    /// <summary>Decisions of all rollouts.</summary>
    public static Markup Of(IReadOnlyCollection<ToldDecision> decisions, DateTimeOffset now) => decisions.Count == 0
        ? Markup.Of($"<p class=\"empty\">None since this instance began to guard.</p>\n")
        : StatusTable.Of(Columns, decisions.Select(d => new[]
        {
            StatusParts.Age(d.Decision.At, now),
            StatusParts.Link(d.Rollout.Workload),
            Badge(d.Decision.Kind),
            Markup.Of($"{d.Decision.Reason}{Outcome(d)}"),
        }));

    /// <summary>Decisions of one rollout, in order of time.</summary>
    public static Markup Of(GuardedRollout record, DateTimeOffset now) => StatusTable.Of(
        [Columns[0], Columns[2], new("Why", IsProse: true)],
        record.Status!.Timeline.Select(d => new[]
        {
            Markup.Of($"{StatusParts.Age(d.At, now)} <span class=\"soft\">{Words.Clock(d.At)}</span>"), Badge(d.Kind), Markup.Text(d.Reason),
        }));

    private static Markup Badge(DecisionKind kind) => StatusParts.Badge(DecisionWords.Of(kind).ToLowerInvariant(), kind switch
    {
        DecisionKind.RollBack or DecisionKind.Page or DecisionKind.NotCured => PageTone.Bad,
        DecisionKind.Hold or DecisionKind.Blind or DecisionKind.CureUnknown or DecisionKind.SuspendSource => PageTone.Doubtful,
        DecisionKind.Cured or DecisionKind.StampKnownGood => PageTone.Good,
        _ => PageTone.Plain,
    });

    private static Markup Outcome(ToldDecision decision) => decision switch
    {
        { Outcome: { } outcome } => Markup.Of($" <span class=\"soft\">({outcome})</span>"),
        { Asks: true } => Markup.Of($" <span class=\"soft\">(not answered yet)</span>"),
        _ => Markup.Nothing,
    };
}
