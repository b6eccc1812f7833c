using System.Globalization;

namespace Guardrail.Simulation.Drills;

/// <summary>Words and numbers of drills, for every view.</summary>
public static class DrillWords
{
    /// <summary>A length of time in words: <c>15 s</c>, <c>1 min 35 s</c>, <c>2 h 5 min</c>.</summary>
    public static string Time(TimeSpan time)
    {
        var seconds = (long)Math.Round(time.TotalSeconds);
        return seconds < 60 ? Text($"{seconds} s")
            : seconds < 3600 ? Text($"{seconds / 60} min") + (seconds % 60 == 0 ? "" : Text($" {seconds % 60} s"))
            : Text($"{seconds / 3600} h") + (seconds / 60 % 60 == 0 ? "" : Text($" {seconds / 60 % 60} min"));
    }

    /// <summary>Time since the drill began: <c>+01:35</c>.</summary>
    public static string Clock(TimeSpan at) => "+" + at.ToString(at.TotalHours >= 1 ? @"h\:mm\:ss" : @"mm\:ss", CultureInfo.InvariantCulture);

    /// <summary>A point reached, by how long it took; what else when it was not.</summary>
    public static string Took(DrillMilestone? point, string otherwise) => point is null ? otherwise : Time(point.Took);

    /// <summary>How a time changed: <c>35 s faster</c>; empty when it is not known.</summary>
    public static string Change(TimeSpan? change) => change is not { } c ? ""
        : Math.Abs(c.TotalSeconds) < 1 ? "as fast"
        : c < TimeSpan.Zero ? $"{Time(-c)} faster" : $"{Time(c)} slower";

    /// <summary>How long it took to mitigate.</summary>
    public static string Mitigated(DrillScore score) => score.Trouble switch
    {
        DrillTrouble.None => "nothing to find",
        DrillTrouble.Elsewhere => "not by a rollout",
        _ when score.HurtAt is null => "nobody hurt",
        _ => Took(score.Mitigated, "not to the end"),
    };

    /// <summary>How long it took to detect, or to decide.</summary>
    public static string Reached(DrillScore score, DrillMilestone? point) => score.Trouble == DrillTrouble.None ? "-" : Took(point, "never");

    /// <summary>A day: <c>2026-11-24</c>.</summary>
    public static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A number: <c>1,525</c>.</summary>
    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Names, the lead marked.</summary>
    public static string People(DrillResult drill) => string.Join(", ", drill.Participants.Select(p => p == drill.Lead ? $"{p} (lead)" : p));

    /// <summary>What Guardrail did in it.</summary>
    public static string Of(DrillGuardrail guardrail) => guardrail switch
    {
        DrillGuardrail.On => "Guardrail acted too",
        DrillGuardrail.Off => "without Guardrail",
        _ => "Guardrail only answered",
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
