using System.Globalization;

namespace Guardrail.Kubernetes.Leases;

/// <summary>How long a lease lasts and how it is kept.</summary>
public sealed record LeaseTimings
{
    /// <summary>Longest lease.</summary>
    public static TimeSpan LongestDuration { get; } = TimeSpan.FromHours(1);

    /// <summary>What Kubernetes' own components take: 15 s, 10 s, 2 s.</summary>
    public static LeaseTimings Default { get; } = new(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(2));

    /// <summary>Makes the timings.</summary>
    /// <param name="duration">How long others leave a lease alone that is not renewed; whole seconds, 1 s to 1 h.</param>
    /// <param name="renewDeadline">How long after its last renewal the holder gives up; shorter than the duration.</param>
    /// <param name="retryPeriod">Distance between two attempts to renew or to acquire; above zero, shorter than the deadline.</param>
    /// <exception cref="ArgumentException">They do not fit together; the message says how.</exception>
    public LeaseTimings(TimeSpan duration, TimeSpan renewDeadline, TimeSpan retryPeriod)
    {
        if (Complaint(duration, renewDeadline, retryPeriod) is { } complaint)
        {
            throw new ArgumentException(complaint);
        }

        (Duration, RenewDeadline, RetryPeriod) = (duration, renewDeadline, retryPeriod);
    }

    /// <summary>How long others leave a lease alone that is not renewed.</summary>
    public TimeSpan Duration { get; }

    /// <summary>How long after its last renewal the holder gives up.</summary>
    public TimeSpan RenewDeadline { get; }

    /// <summary>Distance between two attempts to renew or to acquire.</summary>
    public TimeSpan RetryPeriod { get; }

    /// <summary>How long one request may take: one that hangs leaves time for another before the deadline, and an answer after 5 s is taken.</summary>
    internal TimeSpan RequestLimit => RenewDeadline * 0.55;

    /// <summary>What is wrong with the timings, in one sentence; null when nothing is.</summary>
    public static string? Complaint(TimeSpan duration, TimeSpan renewDeadline, TimeSpan retryPeriod) => 0 switch
    {
        _ when duration < TimeSpan.FromSeconds(1) || duration > LongestDuration || duration.Ticks % TimeSpan.TicksPerSecond != 0 =>
            $"The lease duration is {Seconds(duration)}, but must be a whole number of seconds from 1 s to {Seconds(LongestDuration)}.",
        _ when renewDeadline >= duration =>
            $"The renew deadline ({Seconds(renewDeadline)}) must be shorter than the lease duration ({Seconds(duration)}): the holder gives up before another takes over.",
        _ when retryPeriod <= TimeSpan.Zero => "The retry period must be longer than zero.",
        _ when retryPeriod >= renewDeadline =>
            $"The retry period ({Seconds(retryPeriod)}) must be shorter than the renew deadline ({Seconds(renewDeadline)}): the lease is renewed several times before it is given up.",
        _ => null,
    };

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");
}
