using Guardrail.Engine.Decisions;
using Guardrail.Engine.Detectors;
using Guardrail.Kubernetes.Records;
using Guardrail.Reporting;

namespace Guardrail.Daemon.Status;

/// <summary>What each signal counted on both revisions.</summary>
internal static class SignalTable
{
    private const int Most = 40;

    private static readonly StatusTable.Column[] Columns = [new("Signal", IsProse: true), new("Evidence"), new("New revision"), new("Old revision"), new("More", IsProse: true)];

    /// <summary>The table, the strongest signal first.</summary>
    public static Markup Of(GuardedRollout record)
    {
        var told = record.Status!.Signals.Where(s => s.Ticks > 0 || s.Gap is not null).OrderByDescending(s => s.Nats).Take(Most).ToList();
        return told.Count == 0
            ? Markup.Of($"<p class=\"empty\">Nothing was compared yet.</p>\n")
            : StatusTable.Of(Columns, told.Select(Row));
    }

    private static Markup[] Row(RecordedSignal signal)
    {
        var compares = signal.Kind == DetectorKind.Comparison;
        return
        [
            Markup.Of($"{signal.Name} <span class=\"soft\">{RecordWords.Of(signal)}</span>"),
            signal.Ticks == 0 ? Markup.Nothing : Markup.Of($"{Words.Nats(signal.Nats)} nats <span class=\"soft\">{StatusParts.Count(signal.Ticks, "tick", "ticks")}</span>"),
            compares ? Arm(signal, signal.Canary) : Markup.Nothing,
            compares ? Arm(signal, signal.Control) : Markup.Nothing,
            Markup.Text(signal.Gap is { } gap ? $"tells nothing now: {gap}" : compares ? null : signal.Finding),
        ];
    }

    private static Markup Arm(RecordedSignal signal, RecordedArm arm) => arm.Total == 0
        ? Markup.Text("no requests")
        : Markup.Of($"{Quantity.Of(arm.Events, signal.Event)} in {Words.Count(arm.Total)}, {Words.Percent((double)arm.Events / arm.Total)}{Interval(arm)}");

    private static Markup Interval(RecordedArm arm) => arm is { RateFrom: { } low, RateTo: { } high }
        ? Markup.Of($"<br/><span class=\"soft\">95 %, at any time: {Words.Percent(low)} to {Words.Percent(high)}</span>")
        : Markup.Nothing;
}
