using System.Text.Json.Nodes;
using Guardrail.Kubernetes.Leases;
using Guardrail.Simulation.ApiServer;
using Guardrail.Testing.Timing;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Kubernetes.Tests.Leases;

/// <summary>An embedded API server, candidates for one lease, and a virtual clock that never overtakes their requests.</summary>
internal sealed class LeaseBench : IAsyncDisposable
{
    public static readonly LeaseName Lease = new("guardrail", "guardrail");
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);

    private readonly NetworkQuiet network = new();
    private readonly List<Candidate> candidates = [];
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly DateTimeOffset began;

    private LeaseBench() => began = time.GetUtcNow();

    public EmbeddedApiServer Api { get; private set; } = null!;

    /// <summary>Virtual time since the start.</summary>
    public TimeSpan Elapsed => time.GetUtcNow() - began;

    public JsonObject Stored => Api.Store.Get(ResourceTypes.Leases, Lease.Namespace, Lease.Name);

    public string? Holder => (string?)Stored["spec"]!["holderIdentity"];

    public static async Task<LeaseBench> StartAsync()
    {
        var bench = new LeaseBench();
        var store = new ObjectStore(bench.time, new Random(1));
        store.Create(ResourceTypes.Namespaces, null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = Lease.Namespace } });
        bench.Api = await EmbeddedApiServer.StartAsync(store, new EmbeddedApiServerOptions
        {
            Tokens = new Dictionary<string, string> { ["a"] = "a", ["b"] = "b", ["c"] = "c" },
        });
        return bench;
    }

    /// <summary>A candidate; its requests come from a user with its name.</summary>
    public Candidate Stand(string name, LeaseTimings? timings = null)
    {
        var candidate = new Candidate(name, Api.Address, timings ?? LeaseTimings.Default, time, token: name);
        candidates.Add(candidate);
        return candidate;
    }

    /// <summary>Lets something happen to every request of a user.</summary>
    public IDisposable Harm(string user, ApiFault fault, int times = int.MaxValue) => Api.Faults.Inject(call => call.User == user, fault, times);

    /// <summary>Lets virtual time pass; in every step at most one candidate may think that it leads.</summary>
    public async Task PassAsync(double seconds)
    {
        for (var left = TimeSpan.FromSeconds(seconds); left > TimeSpan.Zero; left -= Step)
        {
            time.Advance(Step);
            await network.WaitAsync();
            Assert.That(candidates.Where(c => c.Leads).Select(c => c.Name).ToArray(), Has.Length.LessThanOrEqualTo(1), "two led at once");
        }
    }

    /// <summary>Lets virtual time pass until something holds, and says how long it took.</summary>
    public async Task<double> UntilAsync(Func<bool> condition, double limitSeconds = 120)
    {
        var start = Elapsed;
        await network.WaitAsync();
        while (!condition())
        {
            Assert.That((Elapsed - start).TotalSeconds, Is.LessThan(limitSeconds), "it never came");
            await PassAsync(Step.TotalSeconds);
        }

        return (Elapsed - start).TotalSeconds;
    }

    /// <summary>Waits for what needs no virtual time: the first requests of a process may take long, for its code is still cold.</summary>
    public static async Task SettledAsync(Func<bool> condition)
    {
        var clock = TimeProvider.System;
        var since = clock.GetTimestamp();
        while (!condition())
        {
            Assert.That(clock.GetElapsedTime(since), Is.LessThan(TimeSpan.FromSeconds(20)), "it never came");
            await Task.Delay(TimeSpan.FromMilliseconds(1), clock);
        }
    }

    /// <summary>A write of somebody else to the lease.</summary>
    public void Modify(Action<JsonObject> change) => Api.Store.Modify(ResourceTypes.Leases, Lease.Namespace, Lease.Name, lease =>
    {
        change(lease["spec"]!.AsObject());
        return true;
    });

    public async ValueTask DisposeAsync()
    {
        Api.Faults.Clear();
        // What is still waited for on the virtual clock is let go with the server.
        var leaving = Task.WhenAll(candidates.Select(c => c.DisposeAsync().AsTask()));
        await Moving.UntilAsync(time, leaving, Step);
        await Api.DisposeAsync();
        network.Dispose();
    }
}
