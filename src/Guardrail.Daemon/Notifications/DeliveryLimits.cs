namespace Guardrail.Daemon.Notifications;

/// <summary>How patiently notifications are delivered.</summary>
public sealed record DeliveryLimits
{
    /// <summary>Most notifications that wait for one receiver; then the oldest is dropped. Default 256.</summary>
    public int Queue { get; init; } = 256;

    /// <summary>How long one attempt may take. Default 10 s.</summary>
    public TimeSpan Attempt { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Pause after the first failed attempt; doubles. Default 1 s.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest pause that is not asked for by the receiver. Default 1 min.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Longest pause that a receiver may ask for. Default 10 min.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>After how long a notification that could not be delivered is given up. Default 1 h.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How much of an answer is read, in bytes. Default 64 KiB.</summary>
    public int Answer { get; init; } = 64 * 1024;

    /// <summary>How long what waits may still be delivered when the daemon stops. Default 4 s.</summary>
    public TimeSpan Flush { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Seed of the jitter of pauses.</summary>
    public int Seed { get; init; }
}
