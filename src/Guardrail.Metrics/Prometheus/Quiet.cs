namespace Guardrail.Metrics.Prometheus;

/// <summary>Remembers until when a server asked to be left alone (Retry-After). Safe for concurrent use.</summary>
internal sealed class Quiet(TimeProvider time, TimeSpan longest)
{
    private readonly Lock gate = new();
    private DateTimeOffset until;

    /// <summary>Notes that the server asked for silence; more than the longest honoured time is cut.</summary>
    public void Ask(TimeSpan wait)
    {
        var asked = time.GetUtcNow() + (wait < longest ? wait : longest);
        lock (gate)
        {
            until = asked > until ? asked : until;
        }
    }

    /// <summary>How much of the silence is left; zero when the server may be asked.</summary>
    public TimeSpan Left()
    {
        lock (gate)
        {
            var left = until - time.GetUtcNow();
            return left > longest || left < TimeSpan.Zero ? TimeSpan.Zero : left;
        }
    }
}
