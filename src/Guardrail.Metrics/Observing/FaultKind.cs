namespace Guardrail.Metrics.Observing;

/// <summary>The kinds of fault of a metric source, few enough to label an instrument with.</summary>
public enum FaultKind
{
    /// <summary>No connection: refused, reset, no such host, TLS.</summary>
    Unreachable,

    /// <summary>No complete answer within the time limit.</summary>
    TimedOut,

    /// <summary>429: asked to slow down.</summary>
    Throttled,

    /// <summary>5xx.</summary>
    ServerError,

    /// <summary>4xx other than 429, a redirect, or a query the server refused.</summary>
    Refused,

    /// <summary>The answer ended in the middle.</summary>
    Truncated,

    /// <summary>The answer is not of the format asked for: HTML, invalid JSON, invalid exposition text.</summary>
    Malformed,

    /// <summary>The answer is larger than the limit.</summary>
    TooLarge,

    /// <summary>The answer says of itself that it is incomplete.</summary>
    Partial,

    /// <summary>Not asked, because the circuit breaker is open.</summary>
    CircuitOpen,
}
