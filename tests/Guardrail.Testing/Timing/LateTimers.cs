namespace Guardrail.Testing.Timing;

/// <summary>
/// A clock whose timers can be late, as those of a process that gets little CPU: the time goes on, what was to happen after a longer while does not, until
/// <see cref="Release"/>. Thread safe.
/// </summary>
public sealed class LateTimers(TimeProvider inner) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<Late> waiting = [];
    private TimeSpan? held;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => inner.LocalTimeZone;

    /// <inheritdoc/>
    public override long TimestampFrequency => inner.TimestampFrequency;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

    /// <inheritdoc/>
    public override long GetTimestamp() => inner.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var late = new Late(this, callback, state) { Due = dueTime };
        late.Inner = inner.CreateTimer(late.Fire, null, dueTime, period);
        return late;
    }

    /// <summary>From now on no timer fires that was set for so long or longer.</summary>
    public void Hold(TimeSpan least)
    {
        lock (gate)
        {
            held = least;
        }
    }

    /// <summary>What is overdue fires now, once each, in the order in which it was due.</summary>
    public void Release()
    {
        Late[] due;
        lock (gate)
        {
            held = null;
            due = [.. waiting];
            waiting.Clear();
        }

        foreach (var timer in due)
        {
            timer.Fire(null);
        }
    }

    private sealed class Late(LateTimers clock, TimerCallback callback, object? state) : ITimer
    {
        private bool disposed;

        public ITimer? Inner { get; set; }

        public TimeSpan Due { get; set; }

        public void Fire(object? unused)
        {
            lock (clock.gate)
            {
                if (disposed)
                {
                    return;
                }

                if (Due >= clock.held)
                {
                    if (!clock.waiting.Contains(this))
                    {
                        clock.waiting.Add(this);
                    }

                    return;
                }
            }

            callback(state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Withdraw(ends: false);
            Due = dueTime;
            return Inner!.Change(dueTime, period);
        }

        public void Dispose()
        {
            Withdraw(ends: true);
            Inner!.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Withdraw(ends: true);
            return Inner!.DisposeAsync();
        }

        private void Withdraw(bool ends)
        {
            lock (clock.gate)
            {
                disposed |= ends;
                clock.waiting.Remove(this);
            }
        }
    }
}
