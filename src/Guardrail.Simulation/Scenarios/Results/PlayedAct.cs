namespace Guardrail.Simulation.Scenarios;

/// <summary>What a person did to a service while a scenario was played, and how things stood at that moment.</summary>
public sealed record PlayedAct
{
    /// <summary>When, since the start.</summary>
    public required TimeSpan At { get; init; }

    /// <summary>Who.</summary>
    public required string Person { get; init; }

    /// <summary>What.</summary>
    public required PersonActKind Kind { get; init; }

    /// <summary>To which service; empty when the last rollout was meant and there was none.</summary>
    public required string Service { get; init; }

    /// <summary>Revision that the service was asked to run just before; empty while it was deleted.</summary>
    public string Revision { get; init; } = "";

    /// <summary>Whether it had an effect. Default false.</summary>
    public bool IsDone { get; init; }

    /// <summary>What was done, or why nothing was, for people.</summary>
    public string Words { get; init; } = "";

    /// <summary>Whether <see cref="Revision"/> was rolled out in this scenario and is not well.</summary>
    public bool IsBad { get; init; }

    /// <summary>Whether a revision of this service that is not well had been rolled out by then, be it gone again.</summary>
    public bool HasHadBad { get; init; }

    /// <summary>Whether a rollback led to a revision that is not well.</summary>
    public bool IsToBad { get; init; }

    /// <summary>Whether a rollback found the service where it would have led to.</summary>
    public bool IsAlready { get; init; }
}

/// <summary>What a person can do to a service.</summary>
public enum PersonActKind
{
    /// <summary>Pause the rollout.</summary>
    Hold,

    /// <summary>Let it go on.</summary>
    Resume,

    /// <summary>Go back to another revision.</summary>
    RollBack,

    /// <summary>Say that it is good, and let it go on.</summary>
    Approve,
}
