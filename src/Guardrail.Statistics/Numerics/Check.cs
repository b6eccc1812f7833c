using System.Runtime.CompilerServices;

namespace Guardrail.Statistics;

/// <summary>Guards of constructors and init accessors; each returns the value it accepted.</summary>
internal static class Check
{
    public static long NotNegative(long value, [CallerMemberName] string name = "") =>
        value >= 0 ? value : throw new ArgumentOutOfRangeException(name, value, "A count or an exposure is 0 or more.");

    public static int Within(int value, int lowest, int highest, [CallerMemberName] string name = "") =>
        value >= lowest && value <= highest ? value : throw new ArgumentOutOfRangeException(name, value, $"Must be {lowest} to {highest}.");

    /// <summary>Accepts lowest &lt;= value &lt;= highest; NaN is refused.</summary>
    public static double Within(double value, double lowest, double highest, [CallerMemberName] string name = "") =>
        value >= lowest && value <= highest
            ? value
            : throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"Must be {lowest} to {highest}."));

    /// <summary>Accepts lowest &lt; value &lt; highest; NaN is refused.</summary>
    public static double Between(double value, double lowest, double highest, [CallerMemberName] string name = "") =>
        value > lowest && value < highest
            ? value
            : throw new ArgumentOutOfRangeException(
                name, value, FormattableString.Invariant($"Must lie strictly between {lowest} and {highest}."));

    public static double Probability(double value, [CallerMemberName] string name = "") => Between(value, 0, 1, name);

    /// <summary>A positive number; positive infinity is accepted.</summary>
    public static double Positive(double value, [CallerMemberName] string name = "") =>
        value > 0 ? value : throw new ArgumentOutOfRangeException(name, value, "Must be above 0.");

    public static void Length(int actual, int expected, string name)
    {
        if (actual != expected)
        {
            throw new ArgumentException(FormattableString.Invariant($"Holds {actual} elements, but {expected} are needed."), name);
        }
    }
}
