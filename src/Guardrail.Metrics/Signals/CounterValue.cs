using System.Globalization;

namespace Guardrail.Metrics.Signals;

/// <summary>Turns a sample's value into a count, or says why it is none. A value that is no count is never taken for zero.</summary>
internal static class CounterValue
{
    /// <summary>2^53: above it a double no longer tells neighbouring integers apart.</summary>
    public const long Largest = 1L << 53;

    public static bool TryRead(double value, string metric, out long count, out string reason)
    {
        reason = Problem(value, metric);
        count = reason.Length == 0 ? (long)value : 0;
        return reason.Length == 0;
    }

    private static string Problem(double value, string metric)
    {
        if (double.IsFinite(value) && value >= 0 && value <= Largest && Math.Truncate(value) == value)
        {
            return string.Empty;
        }

        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return value switch
        {
            _ when !double.IsFinite(value) => $"{metric} is {text}, which is no count.",
            < 0 => $"{metric} is {text}; a counter is never below zero: name a counter, not a gauge.",
            > Largest => $"{metric} is {text}, above 2^53, where single requests can no longer be told apart.",
            _ => $"{metric} is {text}, not a whole number: name the raw counter, not a rate or a recording rule.",
        };
    }
}
