namespace Guardrail.Engine.Rollouts;

/// <summary>
/// How long nobody looked at a rollout: the process was down, or the loop stood still, for longer than the blind budget. Such time is no watch and no
/// comparison, whatever the clock says.
/// </summary>
internal sealed class Lookout(RolloutCase rollout)
{
    private DateTimeOffset? last;

    /// <summary>All of that time since the rollout began.</summary>
    public TimeSpan Unseen { get; private set; }

    /// <summary>Looks again.</summary>
    /// <returns>Whether nobody had looked for so long. Reports from the past, read again after a gap, do not count.</returns>
    public bool WasAway(DateTimeOffset now)
    {
        var away = last is { } before && now - before > rollout.Policy.BlindBudget ? now - before : TimeSpan.Zero;
        Unseen += away;
        last = last > now ? last : now;
        return away > TimeSpan.Zero;
    }

    public LookoutState Capture() => new(last, Unseen);

    public void Restore(LookoutState? state) => (last, Unseen) = state is null ? (null, TimeSpan.Zero) : (state.Last, state.Unseen);
}

/// <summary>State of the lookout, for snapshots.</summary>
/// <param name="Last">When the rollout was last looked at; null before.</param>
/// <param name="Unseen">How long nobody looked, in all.</param>
public sealed record LookoutState(DateTimeOffset? Last, TimeSpan Unseen);
