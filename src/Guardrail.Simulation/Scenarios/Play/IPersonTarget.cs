namespace Guardrail.Simulation.Scenarios.Play;

/// <summary>A service as people who are on call get hold of it: the same whether it is played in virtual time or in a cluster.</summary>
internal interface IPersonTarget
{
    /// <summary>Whether it has a Deployment.</summary>
    bool Exists { get; }

    /// <summary>Revision that its template asks for; empty while it is deleted.</summary>
    string Revision { get; }

    /// <summary>Revision that it ran before the last rollout; null before the first.</summary>
    string? Previous { get; }

    /// <summary>Revisions that a rollback can lead to.</summary>
    IReadOnlyList<string> Revisions { get; }

    /// <summary>Whether its rollout stands still.</summary>
    bool IsPaused { get; }

    /// <summary>Whether somebody else than Guardrail stopped it.</summary>
    bool IsPausedByPerson { get; }

    /// <summary>A person pauses it.</summary>
    void Hold(TimeSpan now);

    /// <summary>A person lets it go on.</summary>
    void Resume(TimeSpan now);

    /// <summary>A person goes back to one of <see cref="Revisions"/>, and lets it go on; what its repository holds stays as it is.</summary>
    void GoBack(string revision, TimeSpan now);
}
