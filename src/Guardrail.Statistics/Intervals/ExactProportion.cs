namespace Guardrail.Statistics;

/// <summary>Exact limits of a probability from a number of events (Clopper and Pearson, Biometrika 26, 1934).</summary>
public static class ExactProportion
{
    /// <summary>The upper limit: the probability at which so few events or fewer happen with <paramref name="error"/>.</summary>
    /// <param name="events">Events, 0 to <paramref name="trials"/>.</param>
    /// <param name="trials">Trials, at least 1.</param>
    /// <param name="error">One-sided error, between 0 and 1. Default 0.025, for an interval of 95 %.</param>
    public static double Upper(long events, long trials, double error = 0.025) => events >= trials
        ? 1
        : Bisection.Boundary(1, 0, p => SpecialFunctions.LogIncompleteBeta(trials - events, events + 1, 1 - p) >= Math.Log(error));

    /// <summary>The lower limit: the probability at which so many events or more happen with <paramref name="error"/>.</summary>
    /// <param name="events">Events, 0 to <paramref name="trials"/>.</param>
    /// <param name="trials">Trials, at least 1.</param>
    /// <param name="error">One-sided error, between 0 and 1. Default 0.025, for an interval of 95 %.</param>
    public static double Lower(long events, long trials, double error = 0.025) => events <= 0
        ? 0
        : Bisection.Boundary(0, 1, p => SpecialFunctions.LogIncompleteBeta(events, trials - events + 1, p) >= Math.Log(error));
}
