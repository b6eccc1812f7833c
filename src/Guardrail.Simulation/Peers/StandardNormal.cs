namespace Guardrail.Simulation.Peers;

/// <summary>The standard normal distribution.</summary>
public static class StandardNormal
{
    /// <summary>The value below which lies <paramref name="probability"/>; relative error below 1.2e-9 (Acklam's rational approximation).</summary>
    /// <param name="probability">Strictly between 0 and 1.</param>
    public static double Quantile(double probability)
    {
        if (!(probability > 0 && probability < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "A probability lies strictly between 0 and 1.");
        }

        const double Centre = 0.02425;
        if (probability > 0.5)
        {
            return -Quantile(1 - probability);
        }

        if (probability < Centre)
        {
            var q = Math.Sqrt(-2 * Math.Log(probability));
            return Polynomial([-7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783], q)
                / ((Polynomial([7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996, 3.754408661907416], q) * q) + 1);
        }

        var d = probability - 0.5;
        var r = d * d;
        return d * Polynomial([-3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02, 1.383577518672690e+02, -3.066479806614716e+01, 2.506628277459239], r)
            / ((Polynomial([-5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02, 6.680131188771972e+01, -1.328068155288572e+01], r) * r) + 1);
    }

    private static double Polynomial(ReadOnlySpan<double> coefficients, double x)
    {
        double sum = 0;
        foreach (var coefficient in coefficients)
        {
            sum = (sum * x) + coefficient;
        }

        return sum;
    }
}
