namespace Guardrail.Statistics.Tests;

/// <summary>Exact limits of a probability after so many successes.</summary>
internal static class ClopperPearson
{
    public static double Lower(long successes, long runs, double error) => successes == 0
        ? 0
        : Bisection.Boundary(0, 1, p => SpecialFunctions.LogIncompleteBeta(successes, runs - successes + 1, p) >= Math.Log(error));

    public static double Upper(long successes, long runs, double error) => successes == runs
        ? 1
        : Bisection.Boundary(1, 0, p => SpecialFunctions.LogIncompleteBeta(runs - successes, successes + 1, 1 - p) >= Math.Log(error));
}
