using System.Globalization;

namespace Guardrail.Simulation.Traffic.Models;

/// <summary>Checks of model parameters; each gives one sentence that names the parameter, its value and its range.</summary>
internal static class Bounds
{
    public static double Fraction(double value, string name) => Within(value, 0, 1, name);

    public static double NotNegative(double value, string name) => Within(value, 0, double.MaxValue, name);

    public static double Positive(double value, string name) => Within(value, double.Epsilon, double.MaxValue, name);

    public static double AtLeastOne(double value, string name) => Within(value, 1, double.MaxValue, name);

    public static TimeSpan NotNegative(TimeSpan value, string name) =>
        value >= TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(name, value, name + " is a time of at least 0.");

    public static TimeSpan Positive(TimeSpan value, string name) =>
        value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(name, value, name + " is a time above 0.");

    private static double Within(double value, double low, double high, string name) =>
        value >= low && value <= high
            ? value
            : throw new ArgumentOutOfRangeException(
                name, value, string.Create(CultureInfo.InvariantCulture, $"{name} lies between {low:G3} and {high:G3}."));
}
