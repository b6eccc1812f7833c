namespace Guardrail.Daemon.Notifications;

/// <summary>What became of one attempt. Closed.</summary>
internal abstract record DeliveryResult
{
    private DeliveryResult()
    {
    }

    /// <summary>The receiver took it.</summary>
    public sealed record Delivered : DeliveryResult;

    /// <summary>It may be taken later.</summary>
    /// <param name="Reason">Why not now, without secrets.</param>
    /// <param name="RetryAfter">How long the receiver asks to wait; null when it does not ask.</param>
    public sealed record Failed(string Reason, TimeSpan? RetryAfter = null) : DeliveryResult;

    /// <summary>It will never be taken.</summary>
    /// <param name="Reason">Why, without secrets.</param>
    public sealed record Refused(string Reason) : DeliveryResult;
}
