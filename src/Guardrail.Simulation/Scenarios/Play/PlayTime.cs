namespace Guardrail.Simulation.Scenarios.Play;

/// <summary>Virtual time as the engine sees it. Which day it is makes no difference to it, so all scenarios begin on the same.</summary>
internal static class PlayTime
{
    private static readonly DateTimeOffset Begin = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    /// <summary>The moment so long after the start.</summary>
    public static DateTimeOffset At(TimeSpan sinceStart) => Begin + sinceStart;

    /// <summary>Time since the start.</summary>
    public static TimeSpan Since(DateTimeOffset moment) => moment - Begin;
}
