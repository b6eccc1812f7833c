using System.Globalization;

namespace Guardrail.Cli.Output;

/// <summary>Numbers and times as people read them.</summary>
internal static class Words
{
    /// <summary>A stretch of time in at most two units: <c>42s</c>, <c>4m10s</c>, <c>3h5m</c>, <c>2d4h</c>.</summary>
    public static string Short(TimeSpan time)
    {
        var t = time < TimeSpan.Zero ? TimeSpan.Zero : time;
        return t switch
        {
            { TotalSeconds: < 60 } => Text($"{(int)t.TotalSeconds}s"),
            { TotalMinutes: < 10 } => Text($"{t.Minutes}m{t.Seconds}s"),
            { TotalMinutes: < 60 } => Text($"{t.Minutes}m"),
            { TotalHours: < 24 } => Text($"{(int)t.TotalHours}h{t.Minutes}m"),
            _ => Text($"{(int)t.TotalDays}d{t.Hours}h"),
        };
    }

    /// <summary>A moment, in UTC: <c>2026-05-01 10:02:03 UTC</c>.</summary>
    public static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A time of day, in UTC.</summary>
    public static string Clock(DateTimeOffset at) => at.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>A share: <c>4.92 %</c>.</summary>
    public static string Percent(double share) => (share * 100).ToString("0.##", CultureInfo.InvariantCulture) + " %";

    /// <summary>A number of events: <c>1,525</c>.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A number of what is needed, rounded to two digits: <c>about 400</c>.</summary>
    public static string About(double number)
    {
        var step = Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(Math.Max(1, number))) - 1));
        return "about " + (Math.Ceiling(number / step) * step).ToString("N0", CultureInfo.InvariantCulture);
    }

    /// <summary>Evidence, in nats: <c>8.2</c>; what rounds to zero has no sign.</summary>
    public static string Nats(double nats) => nats.ToString("0.0;-0.0;0.0", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
