using Guardrail.Kubernetes.Connection;

namespace Guardrail.Kubernetes.Leases;

/// <summary>
/// A lease that this process holds: renewed in the background, until it is released or lost. Once lost it never comes back: the process that acted by
/// it ends, and stands again as a new one.
/// </summary>
public sealed class HeldLease : IAsyncDisposable
{
    /// <summary>Longest that giving it back may take.</summary>
    private static readonly TimeSpan ReleaseLimit = TimeSpan.FromSeconds(3);

    private readonly LeaseClient client;
    private readonly LeaseElectorOptions options;
    private readonly CancellationTokenSource lost = new();
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource<string> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LeaseRecord record;
    private Term term;
    private Task renewing = Task.CompletedTask;
    private string lastFault = "";
    private int disposed;

    private HeldLease(LeaseClient client, LeaseElectorOptions options, LeaseRecord record, long sent)
    {
        (this.client, this.options, this.record) = (client, options, record);
        term = new Term(sent, Time.GetTimestamp(), Time.GetUtcNow());
        LostToken = lost.Token;
    }

    /// <summary>Cancelled when the lease is lost: what is under way by it stops at once.</summary>
    public CancellationToken LostToken { get; }

    /// <summary>Completes with the reason, in one sentence, when the lease is lost; never when it is released.</summary>
    public Task<string> Lost => ended.Task;

    /// <summary>
    /// Whether it may be acted upon at this moment. Computed when asked: false as soon as the renew deadline is over, even if this process was stopped
    /// for a while and nothing else has noticed yet. False also while the wall clock shows more than the lease's duration since the last renewal, as it
    /// does after a suspended machine wakes, or after a jump of the clock; the next renewal, within the retry period, tells which.
    /// </summary>
    public bool IsValid
    {
        get
        {
            var current = Volatile.Read(ref term);
            return !lost.IsCancellationRequested && !stop.IsCancellationRequested
                && LeftOf(current) > TimeSpan.Zero
                && Time.GetUtcNow() - current.ByWallClock < options.Timings.Duration;
        }
    }

    private TimeProvider Time => options.TimeProvider;

    /// <summary>Gives the lease back, so that another takes it at its next look; first stop what acts by it. Does nothing when it is lost.</summary>
    public async Task ReleaseAsync()
    {
        if (!stop.IsCancellationRequested)
        {
            await stop.CancelAsync();
        }

        await renewing;
        if (lost.IsCancellationRequested || record.Holder != options.Identity)
        {
            return;
        }

        using var limit = new CancellationTokenSource(ReleaseLimit, Time);
        try
        {
            record = await ReleaseAsync(record, limit.Token);
            options.Observe(new LeaseEvent.Released());
        }
        catch (Exception fault) when (ApiFaults.IsOne(fault))
        {
            // Then others wait for the lease's duration.
            options.Observe(new LeaseEvent.AttemptFailed("The lease could not be given back: " + LeaseFaults.Describe(fault, options)));
        }
    }

    /// <summary>Gives the lease back, and frees what it took.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 0)
        {
            await ReleaseAsync();
            lost.Dispose();
            stop.Dispose();
        }
    }

    internal static HeldLease Begin(LeaseClient client, LeaseElectorOptions options, LeaseRecord record, long sent)
    {
        var held = new HeldLease(client, options, record, sent);
        held.renewing = Task.Run(held.RenewAsync);
        return held;
    }

    private async Task RenewAsync()
    {
        var next = options.Timings.RetryPeriod;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await Pauses.WaitAsync(next, Time, stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            var began = Time.GetTimestamp();
            if (await AttemptAsync() is { } reason)
            {
                Lose(reason);
                return;
            }

            // From the beginning of one attempt to that of the next, but never beyond the deadline.
            var pause = options.Timings.RetryPeriod - Time.GetElapsedTime(began);
            next = TimeSpan.FromTicks(Math.Min(pause.Ticks, Left.Ticks));
        }
    }

    private TimeSpan Left => LeftOf(term);

    /// <summary>
    /// Until when it is held at most: the renew deadline after the answer, or, where the answer was slow, half-way between the renew deadline and the
    /// duration after the request, for from the request on others may have seen it.
    /// </summary>
    private TimeSpan LeftOf(Term since)
    {
        var afterAnswer = options.Timings.RenewDeadline - Time.GetElapsedTime(since.Received);
        var afterRequest = ((options.Timings.RenewDeadline + options.Timings.Duration) / 2) - Time.GetElapsedTime(since.Sent);
        return afterAnswer < afterRequest ? afterAnswer : afterRequest;
    }

    /// <summary>One attempt to renew; says why the lease is lost, or nothing.</summary>
    private async Task<string?> AttemptAsync()
    {
        var left = Left;
        if (left > TimeSpan.Zero)
        {
            using var limit = new CancellationTokenSource(left < options.Timings.RequestLimit ? left : options.Timings.RequestLimit, Time);
            try
            {
                if (await RenewAsync(limit.Token) is { } holder)
                {
                    return $"The lease {options.Lease} is held by {holder} now.";
                }

                lastFault = "";
                options.Observe(new LeaseEvent.Renewed());
                return null;
            }
            catch (Exception met) when (ApiFaults.IsOne(met))
            {
                lastFault = LeaseFaults.Describe(met, options);
                options.Observe(new LeaseEvent.AttemptFailed(lastFault));
            }
        }

        return Left > TimeSpan.Zero ? null
            : $"The lease {options.Lease} could not be renewed for {options.Timings.RenewDeadline.TotalSeconds:0.#} s: {lastFault}";
    }

    /// <summary>Renews it; hands back the other holder when it is no longer ours.</summary>
    private async Task<string?> RenewAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ReplaceAsync(record, cancellationToken);
            return null;
        }
        catch (ApiException changed) when (changed.Code is 404 or 409)
        {
            // Changed by somebody, or by an earlier write of ours whose answer was lost.
            var found = await client.GetAsync(cancellationToken);
            if (found is not null && found.Holder != options.Identity)
            {
                return found.Holder ?? "nobody";
            }

            await (found is null ? CreateAsync(cancellationToken) : ReplaceAsync(found, cancellationToken));
            return null;
        }
    }

    private async Task ReplaceAsync(LeaseRecord from, CancellationToken cancellationToken)
    {
        var sent = Time.GetTimestamp();
        record = await client.ReplaceAsync(from.Renewed(options.Timings.Duration, Time.GetUtcNow()), cancellationToken);
        BeginTerm(sent);
    }

    /// <summary>Somebody deleted it; the server lets one candidate make it anew.</summary>
    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        var sent = Time.GetTimestamp();
        record = await client.CreateAsync(
            LeaseRecord.First(options.Lease, options.Identity, options.Timings.Duration, Time.GetUtcNow()), cancellationToken);
        BeginTerm(sent);
    }

    private async Task<LeaseRecord> ReleaseAsync(LeaseRecord from, CancellationToken cancellationToken)
    {
        try
        {
            return await client.ReplaceAsync(from.Released(Time.GetUtcNow()), cancellationToken);
        }
        catch (ApiException changed) when (changed.Code == 409)
        {
            var found = await client.GetAsync(cancellationToken);
            return found?.Holder == options.Identity
                ? await client.ReplaceAsync(found.Released(Time.GetUtcNow()), cancellationToken)
                : from;
        }
    }

    private void BeginTerm(long sent) => Volatile.Write(ref term, new Term(sent, Time.GetTimestamp(), Time.GetUtcNow()));

    private void Lose(string reason)
    {
        lost.Cancel();
        options.Observe(new LeaseEvent.Lost(reason));
        ended.TrySetResult(reason);
    }

    /// <summary>When the last renewal that succeeded was sent and answered.</summary>
    private sealed record Term(long Sent, long Received, DateTimeOffset ByWallClock);
}
