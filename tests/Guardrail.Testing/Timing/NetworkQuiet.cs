using System.Diagnostics.Metrics;

namespace Guardrail.Testing.Timing;

/// <summary>
/// Tells when no HTTP request of this process waits for its answer (a watch does not, once it is open), so that a virtual clock can be moved on without
/// overtaking the network.
/// </summary>
public sealed class NetworkQuiet : IDisposable
{
    /// <summary>A request that does not move for so long waits for the virtual clock.</summary>
    private static readonly TimeSpan Stuck = TimeSpan.FromMilliseconds(12);

    private readonly MeterListener listener = new();
    private long active;
    private long moves;

    /// <summary>Begins to count.</summary>
    public NetworkQuiet()
    {
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "http.client.active_requests")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, change, _, _) => Count(change));
        listener.SetMeasurementEventCallback<int>((_, change, _, _) => Count(change));
        listener.Start();
    }

    /// <summary>Requests sent so far, as far as they were counted.</summary>
    public long Moves => Interlocked.Read(ref moves);

    /// <summary>Waits until no request is under way, or those that are do not move.</summary>
    public async Task WaitAsync()
    {
        var clock = TimeProvider.System;
        var since = clock.GetTimestamp();
        var last = Interlocked.Read(ref moves);
        while (true)
        {
            // Real time passes only to let other threads work.
            await Task.Delay(TimeSpan.FromMilliseconds(1), clock);
            var now = Interlocked.Read(ref moves);
            if (now != last)
            {
                (last, since) = (now, clock.GetTimestamp());
            }
            else if (Interlocked.Read(ref active) <= 0 || clock.GetElapsedTime(since) > Stuck)
            {
                return;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => listener.Dispose();

    private void Count(long change)
    {
        Interlocked.Add(ref active, change);
        Interlocked.Increment(ref moves);
    }
}
