namespace Guardrail.Simulation.Timing;

/// <summary>
/// A clock that runs a constant factor faster than the machine's: what is told to wait ten seconds waits one at a speed of 10. What does not take its time
/// from it (sockets, the work itself) goes at its own pace, and so seems slower by the factor.
/// </summary>
public sealed class ScaledTimeProvider : TimeProvider
{
    private readonly TimeProvider real;
    private readonly long origin;
    private readonly DateTimeOffset start;
    private long skipped;

    /// <summary>Starts a clock.</summary>
    /// <param name="start">Its time now.</param>
    /// <param name="speed">How much faster than real time it runs, 1 to 1000.</param>
    public ScaledTimeProvider(DateTimeOffset start, double speed)
        : this(start, speed, System)
    {
    }

    internal ScaledTimeProvider(DateTimeOffset start, double speed, TimeProvider real)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(speed, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(speed, 1000);
        (this.start, Speed, this.real, origin) = (start, speed, real, real.GetTimestamp());
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
    public override long GetTimestamp() => (long)(real.GetElapsedTime(origin).Ticks * Speed) + Interlocked.Read(ref skipped);

    /// <summary>Sets the clock forward. Timers that run already are not shortened.</summary>
    /// <param name="time">By how much, at least 0.</param>
    public void Skip(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        Interlocked.Add(ref skipped, time.Ticks);
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new ScaledTimer(this, callback, state, dueTime, period);

    /// <summary>In real time, never earlier: timers know whole milliseconds, may end within the last one, and who is woken early looks in vain.</summary>
    private TimeSpan Real(TimeSpan time) =>
        time <= TimeSpan.Zero ? time : TimeSpan.FromMilliseconds(Math.Ceiling(time.TotalMilliseconds / Speed) + 1);

    /// <summary>Is set anew for each period, so that whole milliseconds do not add up.</summary>
    private sealed class ScaledTimer : ITimer
    {
        private readonly ScaledTimeProvider time;
        private readonly TimerCallback callback;
        private readonly object? state;
        private readonly ITimer timer;
        private readonly Lock gate = new();
        private long due;
        private TimeSpan period;

        public ScaledTimer(ScaledTimeProvider time, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            (this.time, this.callback, this.state) = (time, callback, state);
            timer = time.real.CreateTimer(static self => ((ScaledTimer)self!).Ring(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            Change(dueTime, period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (gate)
            {
                this.period = period;
                due = time.GetTimestamp() + dueTime.Ticks;
                return timer.Change(time.Real(dueTime), Timeout.InfiniteTimeSpan);
            }
        }

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();

        private void Ring()
        {
            lock (gate)
            {
                if (period > TimeSpan.Zero)
                {
                    // Periods that were slept through are left out.
                    var now = time.GetTimestamp();
                    due += Math.Max(1, ((now - due) / period.Ticks) + 1) * period.Ticks;
                    timer.Change(time.Real(TimeSpan.FromTicks(due - now)), Timeout.InfiniteTimeSpan);
                }
            }

            callback(state);
        }
    }
}
