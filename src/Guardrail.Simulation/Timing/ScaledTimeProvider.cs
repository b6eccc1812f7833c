namespace Guardrail.Simulation.Timing;

/// <summary>
/// A clock that runs a constant factor faster than the machine's: what is told to wait ten seconds waits one at a speed of 10. What does not take its time
/// from it (sockets, the work itself) goes at its own pace, and so seems slower by the factor.
/// </summary>
public sealed class ScaledTimeProvider : TimeProvider
{
    private readonly long origin = System.GetTimestamp();
    private readonly DateTimeOffset start;
    private long skipped;

    /// <summary>Starts a clock.</summary>
    /// <param name="start">Its time now.</param>
    /// <param name="speed">How much faster than real time it runs, 1 to 1000.</param>
    public ScaledTimeProvider(DateTimeOffset start, double speed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(speed, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(speed, 1000);
        (this.start, Speed) = (start, speed);
    }

    /// <summary>How much faster than real time it runs.</summary>
    public double Speed { get; }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => start + TimeSpan.FromTicks(GetTimestamp());

    /// <inheritdoc/>
    public override long GetTimestamp() => (long)(System.GetElapsedTime(origin).Ticks * Speed) + Interlocked.Read(ref skipped);

    /// <summary>Sets the clock forward. Timers that run already are not shortened.</summary>
    /// <param name="time">By how much, at least 0.</param>
    public void Skip(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        Interlocked.Add(ref skipped, time.Ticks);
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new ScaledTimer(System.CreateTimer(callback, state, Due(dueTime), Real(period)), this);

    /// <summary>In real time, never earlier: timers know whole milliseconds, may end within the last one, and who is woken early looks in vain.</summary>
    private TimeSpan Due(TimeSpan time) => time <= TimeSpan.Zero ? time : Real(time) + TimeSpan.FromMilliseconds(1);

    private TimeSpan Real(TimeSpan time) => time <= TimeSpan.Zero ? time : TimeSpan.FromMilliseconds(Math.Ceiling(time.TotalMilliseconds / Speed));

    private sealed class ScaledTimer(ITimer timer, ScaledTimeProvider time) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(time.Due(dueTime), time.Real(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
