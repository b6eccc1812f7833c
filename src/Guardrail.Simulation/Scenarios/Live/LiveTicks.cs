namespace Guardrail.Simulation.Scenarios.Live;

/// <summary>Follows the ticks of the daemon: when they have become regular, how many there were, and whether the last one has come.</summary>
internal sealed class LiveTicks(TimeSpan interval)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private DateTimeOffset? first;
    private TimeSpan last;
    private int count;

    /// <summary>The first read comes as soon as the workloads are known, those after it by the clock; the second is still slow, for code runs for the first time.</summary>
    public bool IsRegular(DateTimeOffset at)
    {
        first ??= at;
        return at - first > interval * 1.5;
    }

    public void Begin() => begun.TrySetResult();

    /// <summary>A read; several of one tick count once.</summary>
    public void Note(TimeSpan at)
    {
        lock (gate)
        {
            if (at - last > interval / 2)
            {
                count++;
                last = at;
            }
        }
    }

    public double ShareUntil(TimeSpan end)
    {
        lock (gate)
        {
            return Math.Min(1, count / Math.Floor(end / interval));
        }
    }

    /// <exception cref="TimeoutException">It does not begin.</exception>
    public async Task WhenBegunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await begun.Task.WaitAsync(Patience, TimeProvider.System, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The daemon did not read the pods' metrics within {Patience.TotalSeconds:0} s; the machine may be too busy, try again.");
        }
    }

    /// <summary>Waits for the tick at a time; at most two ticks long, for with no pod left there is nothing to read.</summary>
    public async Task WhenReachedAsync(TimeSpan end, TimeProvider time, CancellationToken cancellationToken)
    {
        var step = interval / 4;
        for (var waited = TimeSpan.Zero; waited < 2 * interval && !HasReached(end); waited += step)
        {
            await Task.Delay(step, time, cancellationToken);
        }
    }

    private bool HasReached(TimeSpan end)
    {
        lock (gate)
        {
            return last >= end - (interval / 2);
        }
    }
}
