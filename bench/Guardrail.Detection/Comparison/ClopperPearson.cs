namespace Guardrail.Detection.Comparison;

/// <summary>Exact limits of a probability from a number of events (Clopper and Pearson 1934).</summary>
public static class ClopperPearson
{
    /// <summary>The upper limit: the probability at which so few events or fewer happen with 1 − <paramref name="confidence"/>.</summary>
    /// <param name="events">Events, 0 to <paramref name="trials"/>.</param>
    /// <param name="trials">Trials, at least 1.</param>
    /// <param name="confidence">One-sided confidence, between 0 and 1. Default 0.95.</param>
    public static double Upper(int events, int trials, double confidence = 0.95)
    {
        if (events >= trials)
        {
            return 1;
        }

        var (low, high) = ((double)events / trials, 1.0);
        for (var i = 0; i < 100; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = AtMost(events, trials, middle) > 1 - confidence ? (middle, high) : (low, middle);
        }

        return high;
    }

    private static double AtMost(int events, int trials, double probability)
    {
        var term = trials * Math.Log(1 - probability);
        var sum = Math.Exp(term);
        for (var k = 1; k <= events; k++)
        {
            term += Math.Log((trials - k + 1.0) / k * probability / (1 - probability));
            sum += Math.Exp(term);
        }

        return sum;
    }
}
