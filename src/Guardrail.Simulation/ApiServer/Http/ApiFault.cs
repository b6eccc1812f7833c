namespace Guardrail.Simulation.ApiServer;

/// <summary>Something that goes wrong with a request on purpose.</summary>
public abstract record ApiFault
{
    private ApiFault()
    {
    }

    /// <summary>The request waits, then is served.</summary>
    /// <param name="Delay">How long, on the clock of the store.</param>
    public sealed record Latency(TimeSpan Delay) : ApiFault;

    /// <summary>The request is answered with a Status (429: plain text, as flow control answers) and has no effect.</summary>
    /// <param name="Code">HTTP status.</param>
    /// <param name="Reason">Reason of the Status: <c>InternalError</c>.</param>
    /// <param name="Message">Text of the Status.</param>
    /// <param name="RetryAfterSeconds">Retry-After header; null for none.</param>
    public sealed record Answer(int Code, string Reason, string Message, int? RetryAfterSeconds = null) : ApiFault;

    /// <summary>The connection breaks before the request has an effect.</summary>
    public sealed record ResetBefore : ApiFault;

    /// <summary>The request takes effect, then the connection breaks without an answer.</summary>
    public sealed record ResetAfter : ApiFault;

    /// <summary>A watch breaks after so many events, without an end of its body.</summary>
    /// <param name="AfterEvents">Events before the break, bookmarks included.</param>
    public sealed record BreakWatch(int AfterEvents) : ApiFault;

    /// <summary>A watch tells 410 Expired in its stream at once; a list with a version or a continue token answers 410.</summary>
    public sealed record Expired : ApiFault;
}
