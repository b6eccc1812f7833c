namespace Guardrail.Simulation.Scenarios.Play;

/// <summary>Virtual time as the engine sees it. Which day it is makes no difference to it, so all scenarios begin on the same.</summary>
internal static class PlayTime
{
    /// <summary>How long a rollout is looked at closely without Guardrail: so long other tools' rules, which are fed its counts, go on.</summary>
    public static TimeSpan Young { get; } = TimeSpan.FromHours(1);

    private static readonly DateTimeOffset Begin = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    /// <summary>The moment so long after the start.</summary>
    public static DateTimeOffset At(TimeSpan sinceStart) => Begin + sinceStart;

    /// <summary>Time since the start.</summary>
    public static TimeSpan Since(DateTimeOffset moment) => moment - Begin;
}
