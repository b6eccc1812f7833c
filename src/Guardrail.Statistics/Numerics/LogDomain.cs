namespace Guardrail.Statistics;

/// <summary>
/// Sums of numbers that are only known by their natural logarithms, however large or small. The logarithm of zero is negative infinity.
/// </summary>
public static class LogDomain
{
    /// <summary>ln(e^a + e^b).</summary>
    public static double Add(double a, double b)
    {
        var (high, low) = a >= b ? (a, b) : (b, a);
        return double.IsInfinity(high) ? high : high + double.LogP1(Math.Exp(low - high));
    }

    /// <summary>ln of the sum of e^v over <paramref name="values"/>; negative infinity when there are none.</summary>
    public static double SumExp(ReadOnlySpan<double> values)
    {
        var highest = double.NegativeInfinity;
        foreach (var value in values)
        {
            highest = Math.Max(highest, value);
        }

        if (double.IsInfinity(highest))
        {
            return highest;
        }

        var sum = 0.0;
        foreach (var value in values)
        {
            sum += Math.Exp(value - highest);
        }

        return highest + Math.Log(sum);
    }

    /// <summary>ln of the mean of e^v over <paramref name="values"/>, of which there is at least one.</summary>
    public static double MeanExp(ReadOnlySpan<double> values) => SumExp(values) - Math.Log(values.Length);
}
