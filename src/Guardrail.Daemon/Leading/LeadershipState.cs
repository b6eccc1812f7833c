namespace Guardrail.Daemon.Leading;

/// <summary>Where this daemon stands among those that could act. Closed.</summary>
public abstract record LeadershipState
{
    private LeadershipState()
    {
    }

    /// <summary>No leader is elected: this daemon is taken for the only one.</summary>
    public sealed record Alone : LeadershipState;

    /// <summary>It has not been able to look at the lease.</summary>
    /// <param name="Problem">Why, in one sentence.</param>
    public sealed record Unknown(string Problem) : LeadershipState;

    /// <summary>Another one leads; this one waits.</summary>
    /// <param name="Leader">Which one.</param>
    public sealed record StandingBy(string Leader) : LeadershipState;

    /// <summary>This one leads.</summary>
    /// <param name="Identity">Its name among the candidates.</param>
    public sealed record Leading(string Identity) : LeadershipState;

    /// <summary>This one led and does no more; the process ends.</summary>
    /// <param name="Reason">Why, in one sentence.</param>
    public sealed record Lost(string Reason) : LeadershipState;
}
