namespace Guardrail.Simulation.Scenarios;

/// <summary>How a scenario is played in a test cluster.</summary>
public sealed record RehearsalOptions
{
    /// <summary>Most pods of a scenario: each is a process in somebody's cluster, and is told every second what it serves.</summary>
    public const int MostPods = 150;

    /// <summary>Namespace that is played in; it must be marked for drills.</summary>
    public required string Namespace { get; init; }

    /// <summary>Image of Guardrail that the pods run; null, the default, takes that of the Guardrail installed there.</summary>
    public string? Image { get; init; }

    /// <summary>Who plays, for others who find the namespace taken.</summary>
    public required string By { get; init; }

    /// <summary>Seed of the traffic. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Told what happens, by one thread at a time, not always the same; null for nobody.</summary>
    public IScenarioListener? Listener { get; init; }

    /// <summary>Told in one sentence how far it has come, while there is nothing else to tell.</summary>
    public required Action<string> Progress { get; init; }

    /// <summary>The clock. Default the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}

/// <summary>A scenario could not be played to its end in a test cluster, by no fault of the scenario; the message says why.</summary>
public sealed class RehearsalException : Exception
{
    /// <summary>Makes the exception.</summary>
    public RehearsalException()
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">Why, in one sentence.</param>
    public RehearsalException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">Why, in one sentence.</param>
    /// <param name="inner">What lies behind it.</param>
    public RehearsalException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
