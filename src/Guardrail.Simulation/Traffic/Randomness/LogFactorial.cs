namespace Guardrail.Simulation.Traffic.Randomness;

/// <summary>Natural logarithm of n!, from a table up to 255 and from Stirling's series above (relative error below 1e-15).</summary>
internal static class LogFactorial
{
    private static readonly double[] Small = Tabulate();

    public static double Of(long n)
    {
        if (n < Small.Length)
        {
            return Small[n];
        }

        var x = n + 1.0;
        var inverse = 1 / x;
        var square = inverse * inverse;
        var series = inverse * ((1.0 / 12) - (square * ((1.0 / 360) - (square * (1.0 / 1260)))));
        return ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + series;
    }

    private static double[] Tabulate()
    {
        var table = new double[256];
        for (var n = 2; n < table.Length; n++)
        {
            table[n] = table[n - 1] + Math.Log(n);
        }

        return table;
    }
}
