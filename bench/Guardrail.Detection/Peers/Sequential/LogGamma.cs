namespace Guardrail.Detection.Peers.Sequential;

/// <summary>The logarithm of the gamma function.</summary>
public static class LogGamma
{
    /// <summary>ln Γ(x) by Stirling's series, after raising x to at least 10; relative error below 1e-13.</summary>
    /// <param name="x">Above 0.</param>
    public static double Of(double x)
    {
        double lowered = 0;
        while (x < 10)
        {
            lowered += Math.Log(x);
            x++;
        }

        var r = 1 / (x * x);
        var series = ((((((((-691.0 / 360360 * r) + (1.0 / 1188)) * r) - (1.0 / 1680)) * r) + (1.0 / 1260)) * r) - (1.0 / 360)) * r;
        return ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + (((1.0 / 12) + series) / x) - lowered;
    }
}
