namespace Guardrail.Statistics.Tests;

/// <summary>Exact distributions by enumeration: probability of 0, 1, 2, … events in the canary.</summary>
internal static class Enumeration
{
    public static double Share(double rho, double ratio) => rho * ratio / (1 - rho + (rho * ratio));

    public static double[] Binomial(int events, double p) => Incidents(Enumerable.Repeat(1, events), p);

    /// <summary>Incidents of given sizes, each wholly in the canary with probability p.</summary>
    public static double[] Incidents(IEnumerable<int> sizes, double p)
    {
        double[] law = [1];
        foreach (var size in sizes)
        {
            var next = new double[law.Length + size];
            for (var x = 0; x < law.Length; x++)
            {
                next[x] += law[x] * (1 - p);
                next[x + size] += law[x] * p;
            }

            law = next;
        }

        return law;
    }

    /// <summary>Fisher's noncentral hypergeometric: K bad among n_A + n_B requests, odds ratio omega.</summary>
    public static double[] Hypergeometric(int control, int canary, int events, double oddsRatio)
    {
        var law = new double[events + 1];
        for (var x = Math.Max(0, events - control); x <= Math.Min(events, canary); x++)
        {
            law[x] = Math.Exp(LogChoose(canary, x) + LogChoose(control, events - x) + (x * Math.Log(oddsRatio)));
        }

        var total = law.Sum();
        return [.. law.Select(weight => weight / total)];
    }

    public static double Mean(double[] law, Func<int, double> value) => law.Select((p, x) => p == 0 ? 0 : p * value(x)).Sum();

    private static double LogChoose(int n, int k) =>
        SpecialFunctions.LogGamma(n + 1) - SpecialFunctions.LogGamma(k + 1) - SpecialFunctions.LogGamma(n - k + 1);
}
