using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Leases;

namespace Guardrail.Kubernetes.Tests.Leases;

/// <summary>One process that stands for the lease, with its own connection and clock.</summary>
internal sealed class Candidate : IAsyncDisposable
{
    private readonly KubernetesConnection connection;
    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private readonly List<LeaseEvent> events = [];
    private readonly Task<HeldLease> acquiring;

    public Candidate(string name, Uri server, LeaseTimings timings, TimeProvider time, string token)
    {
        Name = name;
        Clock = new JumpyClock(time);
        connection = KubernetesConnection.Create(new k8s.KubernetesClientConfiguration { Host = server.ToString(), AccessToken = token }, "the test");
        var options = new LeaseElectorOptions
        {
            Lease = LeaseBench.Lease,
            Identity = name,
            TimeProvider = Clock,
            Timings = timings,
            Seed = name[^1],
            Observe = Note,
        };
        acquiring = new LeaseElector(connection.Api, options).AcquireAsync(stop.Token);
    }

    public string Name { get; }

    public JumpyClock Clock { get; }

    public HeldLease? Held => acquiring.IsCompletedSuccessfully ? acquiring.Result : null;

    /// <summary>Whether it may act now.</summary>
    public bool Leads => Held is { IsValid: true };

    public bool HasLost => Held is { Lost.IsCompleted: true };

    public LeaseEvent[] Events
    {
        get
        {
            lock (gate)
            {
                return [.. events];
            }
        }
    }

    public IEnumerable<string> Failures => Events.OfType<LeaseEvent.AttemptFailed>().Select(f => f.Reason);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        try
        {
            await (await acquiring).DisposeAsync();
        }
        catch (OperationCanceledException)
        {
            // It never held the lease.
        }

        connection.Dispose();
        stop.Dispose();
    }

    private void Note(LeaseEvent occurrence)
    {
        lock (gate)
        {
            events.Add(occurrence);
        }
    }
}
