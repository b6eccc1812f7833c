using System.Globalization;

namespace Guardrail.Metrics.Prometheus;

/// <summary>Times as Prometheus writes them: seconds since 1970 with milliseconds behind the point.</summary>
internal static class UnixTime
{
    private const double Latest = 253_402_300_799;

    public static DateTimeOffset FromSeconds(double seconds) =>
        TryFromSeconds(seconds, out var time) ? time : throw new System.Text.Json.JsonException("a sample's time is out of range");

    public static bool TryFromSeconds(double seconds, out DateTimeOffset time)
    {
        var valid = seconds is >= 0 and < Latest;
        time = valid ? DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(seconds * 1000)) : default;
        return valid;
    }

    public static string Format(DateTimeOffset time) =>
        (time.ToUnixTimeMilliseconds() / 1000m).ToString("0.000", CultureInfo.InvariantCulture);

    public static string Format(TimeSpan step) => ((decimal)step.TotalMilliseconds / 1000m).ToString("0.###", CultureInfo.InvariantCulture);
}
