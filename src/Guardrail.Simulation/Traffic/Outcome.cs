namespace Guardrail.Simulation.Traffic;

/// <summary>How a request ended.</summary>
public enum Outcome
{
    /// <summary>200.</summary>
    Success,

    /// <summary>404: the caller's mistake.</summary>
    ClientError,

    /// <summary>500.</summary>
    ServerError,

    /// <summary>503: a dependency is out.</summary>
    Unavailable,

    /// <summary>504: a time limit was reached.</summary>
    TimedOut,
}

/// <summary>Status codes of outcomes.</summary>
public static class Outcomes
{
    /// <summary>Number of outcomes.</summary>
    public const int Count = 5;

    /// <summary>The HTTP status code.</summary>
    /// <param name="outcome">The outcome.</param>
    public static int StatusCode(this Outcome outcome) => outcome switch
    {
        Outcome.Success => 200,
        Outcome.ClientError => 404,
        Outcome.ServerError => 500,
        Outcome.Unavailable => 503,
        _ => 504,
    };

    /// <summary>Whether the service is to blame: 5xx.</summary>
    /// <param name="outcome">The outcome.</param>
    public static bool IsError(this Outcome outcome) => outcome >= Outcome.ServerError;
}
