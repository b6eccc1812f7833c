namespace Guardrail.Simulation.Scenarios.Play;

/// <summary>Whether a rollout makes progress in time, as the Deployment controller judges it.</summary>
internal sealed class VirtualProgress
{
    /// <summary>progressDeadlineSeconds, which nobody sets.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    private TimeSpan movedAt;
    private int readyBefore;

    /// <summary>Whether it made none for too long.</summary>
    public bool IsExceeded { get; private set; }

    /// <summary>When the deadline is over unless it moves.</summary>
    public TimeSpan Due => movedAt + Deadline;

    /// <summary>A rollout begins.</summary>
    public void Begin(TimeSpan now) => (movedAt, IsExceeded) = (now, false);

    /// <summary>Something happened that counts as progress.</summary>
    public void Moved(TimeSpan now) => movedAt = now;

    /// <summary>Looks again.</summary>
    /// <param name="ready">Ready pods of the newest revision, less all pods: more of it is progress.</param>
    /// <param name="isComplete">Whether the rollout is complete.</param>
    /// <param name="isPaused">Whether it stands still because somebody wants that.</param>
    /// <param name="now">Now.</param>
    /// <returns>Whether the judgement has changed.</returns>
    public bool Judge(int ready, bool isComplete, bool isPaused, TimeSpan now)
    {
        var before = IsExceeded;
        if (ready > readyBefore || isComplete)
        {
            movedAt = now;
            IsExceeded &= !isComplete;
        }

        readyBefore = ready;
        IsExceeded |= !isPaused && !isComplete && now - movedAt >= Deadline;
        return IsExceeded != before;
    }
}
