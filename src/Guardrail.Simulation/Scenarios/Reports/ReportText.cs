using System.Globalization;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Workloads;

namespace Guardrail.Simulation.Scenarios.Reports;

/// <summary>Words and numbers of the report.</summary>
internal static class ReportText
{
    /// <summary>A length of time in words: <c>25 s</c>, <c>6 min</c>, <c>6 h</c>.</summary>
    public static string Time(TimeSpan time) => time switch
    {
        _ when time >= TimeSpan.FromDays(2) => Text($"{time.TotalDays:0.#} days"),
        _ when time >= TimeSpan.FromHours(2) => Text($"{time.TotalHours:0.#} h"),
        _ when time >= TimeSpan.FromMinutes(3) => Text($"{time.TotalMinutes:0.#} min"),
        _ when time >= TimeSpan.FromSeconds(10) => Text($"{time.TotalSeconds:0} s"),
        _ => Text($"{time.TotalSeconds:0.#} s"),
    };

    /// <summary>A moment of virtual time: <c>0:20:35</c>, with days before it where there are any.</summary>
    public static string Clock(TimeSpan at) => at < TimeSpan.Zero
        ? "-" + Clock(-at)
        : at.ToString(at.Days > 0 ? @"d\d\ h\:mm\:ss" : @"h\:mm\:ss", CultureInfo.InvariantCulture);

    /// <summary>The same in seconds, for axes; whole days without a time of day: <c>2d</c>.</summary>
    public static string Clock(double seconds) => TimeSpan.FromSeconds(Math.Round(seconds)) is var at && at.Days > 0 && at == TimeSpan.FromDays(at.Days)
        ? Text($"{at.Days}d")
        : Clock(at);

    /// <summary>A number of things: <c>61,204</c>.</summary>
    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A share, with about three digits that count: <c>12.4 %</c>, <c>0.083 %</c>.</summary>
    public static string Percent(double share)
    {
        var percent = share * 100;
        return percent.ToString(Math.Abs(percent) switch { >= 10 => "0.#", >= 1 => "0.##", _ => "0.###" }, CultureInfo.InvariantCulture) + " %";
    }

    /// <summary>Evidence in nats: <c>8.2</c>.</summary>
    public static string Nats(double nats) => nats.ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>A number and its noun: <c>1 revision</c>, <c>3 revisions</c>.</summary>
    public static string Count(int number, string one, string many) => number == 1 ? $"1 {one}" : $"{Number(number)} {many}";

    /// <summary>What was decided.</summary>
    public static string Of(DecisionKind kind) => kind switch
    {
        DecisionKind.Start => "watches",
        DecisionKind.Hold => "holds",
        DecisionKind.Resume => "lets it go on",
        DecisionKind.RollBack => "takes it back",
        DecisionKind.Page => "calls a person",
        DecisionKind.Blind => "sees nothing",
        DecisionKind.EvidenceReturned => "sees again",
        DecisionKind.StampKnownGood => "stamps it known good",
        DecisionKind.Cured => "finds it cured",
        DecisionKind.NotCured => "finds it not cured",
        DecisionKind.CureUnknown => "cannot tell whether it is cured",
        DecisionKind.DeletePod => "deletes a broken pod",
        DecisionKind.SuspendSource => "suspends its GitOps source",
        _ => "ends its watch",
    };

    /// <summary>A verdict as people read it.</summary>
    public static string Verdict(string verdict) => verdict switch { "NoEvidence" => "no evidence", "" => "not judged", _ => verdict.ToUpperInvariant()[..1] + verdict[1..] };

    /// <summary>A phase as people read it.</summary>
    public static string Phase(string phase) => phase switch
    {
        "Waiting" => "waits",
        "Comparing" => "compares",
        "Held" => "held",
        "RollingBack" => "taking back",
        "NeedsPerson" => "needs a person",
        "Contested" => "contested",
        _ => "over",
    };

    /// <summary>What was done about a rollout.</summary>
    public static string Of(PlayedRollout rollout) => rollout switch
    {
        { IsOnlyAdvised: true } => "went on, though Guardrail would have taken it back" + After(rollout),
        { Action: ExpectedAction.None } => "went on",
        { Action: ExpectedAction.Hold } => "held" + After(rollout),
        { Action: ExpectedAction.Page } => "a person called" + After(rollout),
        { Action: ExpectedAction.Contested, RolledBackAt: null } => "contested, a person called",
        { Action: ExpectedAction.Contested } => "taken back" + After(rollout) + ", then contested",
        _ => "taken back" + After(rollout),
    };

    /// <summary>Who changed it, with <c>by</c>; empty when nobody said.</summary>
    public static string By(ChangeAuthor author) => author switch { ChangeAuthor.Agent => " by an agent", ChangeAuthor.Human => " by a person", _ => "" };

    /// <summary>How long after its first bad request.</summary>
    public static string After(PlayedRollout rollout) => rollout.Took is not { } took
        ? ""
        : $" {Time(took)} after {(rollout.FirstBadAt is null ? "it began" : "its first bad request")}";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
