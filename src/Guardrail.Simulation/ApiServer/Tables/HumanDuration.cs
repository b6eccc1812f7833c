using System.Globalization;
using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Ages as kubectl shows them: <c>5s</c>, <c>3m20s</c>, <c>7h30m</c>, <c>12d</c>.</summary>
internal static class HumanDuration
{
    public static string Since(JsonNode? time, DateTimeOffset now) =>
        DateTimeOffset.TryParse((string?)time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var then)
            ? Of(now - then)
            : "<unknown>";

    public static string Of(TimeSpan age)
    {
        var seconds = (long)age.TotalSeconds;
        return seconds switch
        {
            < -1 => "<invalid>",
            < 0 => "0s",
            < 120 => Text($"{seconds}s"),
            < 600 => Pair(seconds / 60, "m", seconds % 60, "s"),
            < 3 * 3600 => Text($"{seconds / 60}m"),
            < 8 * 3600 => Pair(seconds / 3600, "h", seconds / 60 % 60, "m"),
            < 48 * 3600 => Text($"{seconds / 3600}h"),
            < 8 * 86400 => Pair(seconds / 86400, "d", seconds / 3600 % 24, "h"),
            < 2L * 365 * 86400 => Text($"{seconds / 86400}d"),
            < 8L * 365 * 86400 => Pair(seconds / 86400 / 365, "y", seconds / 86400 % 365, "d"),
            _ => Text($"{seconds / 86400 / 365}y"),
        };
    }

    private static string Pair(long major, string majorUnit, long minor, string minorUnit) =>
        minor == 0 ? Text($"{major}{majorUnit}") : Text($"{major}{majorUnit}{minor}{minorUnit}");

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
