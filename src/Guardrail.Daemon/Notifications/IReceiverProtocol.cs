namespace Guardrail.Daemon.Notifications;

/// <summary>Puts notifications into the form a receiver understands. Used by one delivery, one call at a time.</summary>
internal interface IReceiverProtocol
{
    /// <summary>Where it is posted.</summary>
    Uri Address { get; }

    /// <summary>How often <see cref="Repeat"/> is due; null for never.</summary>
    TimeSpan? RepeatEvery { get; }

    /// <summary>The JSON to post for a notification; null when there is nothing to post.</summary>
    byte[]? Write(Notification notification);

    /// <summary>What to post though nothing new happened; null for nothing.</summary>
    byte[]? Repeat();
}
