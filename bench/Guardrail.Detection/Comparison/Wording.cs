using System.Globalization;
using Guardrail.Detection.Cells;

namespace Guardrail.Detection.Comparison;

/// <summary>How numbers are written.</summary>
internal static class Wording
{
    /// <summary>Seconds, or that it never came to that.</summary>
    public static string Seconds(double seconds) => double.IsFinite(seconds) ? seconds.ToString("#,0", CultureInfo.InvariantCulture) + " s" : "never";

    /// <summary>A share.</summary>
    public static string Percent(double share) => (share * 100).ToString(share is > 0 and < 0.01 ? "0.00" : "0.#", CultureInfo.InvariantCulture) + " %";

    /// <summary>A knob's value.</summary>
    public static string Knob(double value) => value.ToString(value is > 0 and < 1e-4 ? "0.##e0" : "0.####", CultureInfo.InvariantCulture);

    /// <summary>The median with its interval.</summary>
    public static string Delay(Quantiles delay) => double.IsFinite(delay.Median)
        ? string.Create(CultureInfo.InvariantCulture, $"{Seconds(delay.Median)} ({Seconds(delay.Low)} to {Seconds(delay.High)})")
        : $"never in half of the runs (found {Percent(delay.Share)})";

    /// <summary>What ought to be done.</summary>
    public static string Answer(RightAnswer answer) => answer switch
    {
        RightAnswer.NamePod => "held, and a person called with the pod's name",
        RightAnswer.CallPerson => "held, and a person called",
        _ => "taken back",
    };
}
