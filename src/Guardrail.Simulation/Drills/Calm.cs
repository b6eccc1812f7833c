namespace Guardrail.Simulation.Drills;

/// <summary>Finds when a drill is over by itself: something bad was rolled out, none of it serves any more since a minute, and nothing is to come.</summary>
internal sealed class Calm
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);
    private TimeSpan? since;
    private bool wasBad;

    /// <summary>Whether it is over.</summary>
    public bool IsSettled { get; private set; }

    /// <summary>Takes in how things stand.</summary>
    /// <param name="now">When.</param>
    /// <param name="isBad">Whether something bad serves, or is to.</param>
    /// <param name="isToCome">Whether the scenario has more to come.</param>
    public void Note(TimeSpan now, bool isBad, bool isToCome)
    {
        wasBad |= isBad;
        since = wasBad && !isBad && !isToCome ? since ?? now : null;
        IsSettled = now - since >= Long;
    }
}
