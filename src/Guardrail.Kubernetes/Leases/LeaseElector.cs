using Guardrail.Kubernetes.Connection;

namespace Guardrail.Kubernetes.Leases;

/// <summary>
/// Stands for a lease until this process holds it. Whether the holder lives is told by the lease changing, never by comparing its times with the
/// own clock; so clocks may differ and jump.
/// </summary>
/// <remarks>
/// A lease alone proves nothing: a process can be stopped for a minute between looking at the lease and writing. Whoever acts by it also makes every
/// write conditional on what it was decided about.
/// </remarks>
public sealed class LeaseElector
{
    private readonly LeaseClient client;
    private readonly LeaseElectorOptions options;
    private readonly Random jitter;
    private LeaseRecord? seen;
    private long seenAt;

    /// <summary>Makes the candidate; it begins with <see cref="AcquireAsync"/>.</summary>
    /// <param name="api">The connection.</param>
    /// <param name="options">How it stands for the lease.</param>
    public LeaseElector(ApiClient api, LeaseElectorOptions options) =>
        (client, this.options, jitter) = (new LeaseClient(api, options.Lease), options, new Random(options.Seed));

    private TimeProvider Time => options.TimeProvider;

    /// <summary>Waits until this process holds the lease. Faults of the cluster are told and waited out.</summary>
    /// <param name="cancellationToken">Gives up; if the lease was taken at that moment, it is given back.</param>
    /// <returns>The lease, which is renewed until it is released, lost or disposed of.</returns>
    public async Task<HeldLease> AcquireAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var began = Time.GetTimestamp();
            if (await AttemptAsync(cancellationToken) is { } held)
            {
                if (!cancellationToken.IsCancellationRequested)
                {
                    return held;
                }

                await held.DisposeAsync();
            }

            // A little at random, so that many candidates do not ask together.
            var pause = options.Timings.RetryPeriod * (1 + (0.2 * jitter.NextDouble())) - Time.GetElapsedTime(began);
            await Pauses.WaitAsync(pause, Time, cancellationToken);
        }
    }

    /// <summary>One attempt: looks at the lease, and takes it when it is free.</summary>
    private async Task<HeldLease?> AttemptAsync(CancellationToken cancellationToken)
    {
        var limit = options.Timings.RequestLimit;
        try
        {
            LeaseRecord? found;
            using (var looking = new CancellationTokenSource(limit, Time))
            using (var either = CancellationTokenSource.CreateLinkedTokenSource(looking.Token, cancellationToken))
            {
                found = await client.GetAsync(either.Token);
            }

            if (!IsFree(found))
            {
                options.Observe(new LeaseEvent.StandingBy(found!.Holder!));
                return null;
            }

            // Not cancelled from outside: whether a write that was sent took effect would not be known.
            using var taking = new CancellationTokenSource(limit, Time);
            var sent = Time.GetTimestamp();
            var taken = await TakeAsync(found, taking.Token);
            options.Observe(new LeaseEvent.Acquired());
            return HeldLease.Begin(client, options, taken, sent);
        }
        catch (ApiException lost) when (lost.Code == 409)
        {
            // Another candidate was faster: the next look tells who.
            return null;
        }
        catch (Exception fault) when (ApiFaults.IsOne(fault) && !cancellationToken.IsCancellationRequested)
        {
            options.Observe(new LeaseEvent.AttemptFailed(LeaseFaults.Describe(fault, options)));
            return null;
        }
    }

    private Task<LeaseRecord> TakeAsync(LeaseRecord? found, CancellationToken cancellationToken)
    {
        var (duration, now) = (options.Timings.Duration, Time.GetUtcNow());
        return found is null
            ? client.CreateAsync(LeaseRecord.First(options.Lease, options.Identity, duration, now), cancellationToken)
            : client.ReplaceAsync(found.Taken(options.Identity, duration, now), cancellationToken);
    }

    /// <summary>Whether nobody holds it: it was never made, was given back, is ours by a write whose answer was lost, or has not changed for its duration.</summary>
    private bool IsFree(LeaseRecord? found)
    {
        if (found is not { Holder: { } holder } || holder == options.Identity)
        {
            return true;
        }

        if (!found.IsSameAs(seen))
        {
            (seen, seenAt) = (found, Time.GetTimestamp());
            return false;
        }

        // The holder may have been started with other timings than ours: its own word counts, as long as it is one.
        var duration = found.DurationSeconds is { } seconds and > 0
            ? TimeSpan.FromSeconds(Math.Min(seconds, LeaseTimings.LongestDuration.TotalSeconds))
            : options.Timings.Duration;
        return Time.GetElapsedTime(seenAt) >= duration;
    }
}
