using System.Collections.Concurrent;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Counts requests since the start of the server. Thread safe.</summary>
public sealed class ApiCounters
{
    private readonly ConcurrentDictionary<(string Verb, string Resource), int> counts = new();
    private int denials;
    private int openWatches;

    /// <summary>Requests by verb and resource (<c>deployments/scale</c> for a subresource), refused ones included.</summary>
    public IReadOnlyDictionary<(string Verb, string Resource), int> All => counts.ToDictionary();

    /// <summary>Requests that the authorizer refused.</summary>
    public int Denials => Volatile.Read(ref denials);

    /// <summary>Watches that are open now.</summary>
    public int OpenWatches => Volatile.Read(ref openWatches);

    /// <summary>All requests.</summary>
    public int Total => counts.Values.Sum();

    /// <summary>Requests of one verb to one resource.</summary>
    public int Of(string verb, string resource) => counts.GetValueOrDefault((verb, resource));

    internal void Count(ApiCall call) => counts.AddOrUpdate((call.Verb, call.FullResource), 1, static (_, n) => n + 1);

    internal void CountDenial() => Interlocked.Increment(ref denials);

    internal void WatchOpened() => Interlocked.Increment(ref openWatches);

    internal void WatchClosed() => Interlocked.Decrement(ref openWatches);
}
