namespace Guardrail.Statistics;

/// <summary>Gamma and beta functions in logarithms, exact to about 14 digits.</summary>
internal static class SpecialFunctions
{
    private const double StirlingFrom = 16;
    private const int FractionTerms = 10_000;
    private const double FractionPrecision = 1e-16;
    private const double Tiny = 1e-300;

    /// <summary>
    /// ln Gamma(x), x above 0: Stirling's series from 16 on (Abramowitz and Stegun 6.1.41), shifted up by recurrence below.
    /// </summary>
    public static double LogGamma(double x)
    {
        var product = 1.0;
        while (x < StirlingFrom)
        {
            product *= x++;
        }

        var u = 1 / (x * x);
        var tail = ((((((((1.0 / 156 * u) - (691.0 / 360360)) * u) + (1.0 / 1188)) * u) - (1.0 / 1680)) * u) + (1.0 / 1260)) * u;
        tail = ((((tail - (1.0 / 360)) * u) + (1.0 / 12)) / x);
        return ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + tail - Math.Log(product);
    }

    /// <summary>ln B(a, b), a and b above 0.</summary>
    public static double LogBeta(double a, double b) => LogGamma(a) + LogGamma(b) - LogGamma(a + b);

    /// <summary>
    /// ln of the regularised incomplete beta function I_x(a, b), the probability that a Beta(a, b) variable is at most x (Abramowitz and
    /// Stegun 26.5.8, evaluated by Lentz's method).
    /// </summary>
    public static double LogIncompleteBeta(double a, double b, double x)
    {
        if (x <= 0)
        {
            return double.NegativeInfinity;
        }

        if (x >= 1)
        {
            return 0;
        }

        var front = (a * Math.Log(x)) + (b * double.LogP1(-x)) - LogBeta(a, b);
        return x < (a + 1) / (a + b + 2)
            ? front - Math.Log(a) + Math.Log(Fraction(a, b, x))
            : double.LogP1(-Math.Exp(front - Math.Log(b) + Math.Log(Fraction(b, a, 1 - x))));
    }

    private static double Fraction(double a, double b, double x)
    {
        var (c, d) = (1.0, 1 / Away(1 - ((a + b) * x / (a + 1))));
        var value = d;
        for (var m = 1; m <= FractionTerms; m++)
        {
            var even = m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)));
            d = 1 / Away(1 + (even * d));
            c = Away(1 + (even / c));
            value *= d * c;
            var odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            d = 1 / Away(1 + (odd * d));
            c = Away(1 + (odd / c));
            value *= d * c;
            if (Math.Abs((d * c) - 1) < FractionPrecision * 4)
            {
                break;
            }
        }

        return value;
    }

    private static double Away(double value) => Math.Abs(value) < Tiny ? Tiny : value;
}
