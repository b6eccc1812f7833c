using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Guardrail.Daemon.Hosting;
using Guardrail.Daemon.Leading;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Cluster;
using Guardrail.Testing.Timing;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.EndToEnd.Tests.Harness;

/// <summary>
/// Two daemons as <c>guardrail run --leader-elect</c> puts them together, on one embedded cluster, all on a virtual clock. Each is started again when it
/// ends, as a kubelet does. The API server's side watches who writes: it knows them by their tokens.
/// </summary>
internal sealed class FlappingPair : IAsyncDisposable
{
    public static readonly TimeSpan Step = TimeSpan.FromSeconds(2.5);

    /// <summary>Between the end of one leader and the next there is less time than a slow write takes.</summary>
    private static readonly LeaderElection Election = new()
    {
        Enabled = true,
        Duration = TimeSpan.FromSeconds(23),
        RenewDeadline = TimeSpan.FromSeconds(20),
        RetryPeriod = TimeSpan.FromSeconds(5),
    };

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("guardrail-flaps-");
    private readonly AsyncLocal<string?> caller = new();
    private readonly NetworkQuiet network = new();
    private readonly string policy;
    private readonly Slot[] slots;
    private IDisposable? watching;

    private FlappingPair(string policyText)
    {
        policy = Path.Combine(folder.FullName, "policy.yaml");
        File.WriteAllText(policy, policyText);
        slots = [new("a", Time), new("b", Time)];
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public EmbeddedCluster Cluster { get; private set; } = null!;

    /// <summary>Writes of daemons to workloads: who, and what.</summary>
    public ConcurrentQueue<(string User, string What)> Writes { get; } = new();

    /// <summary>Writes that took effect while the lease named somebody else.</summary>
    public ConcurrentQueue<string> Violations { get; } = new();

    /// <summary>How often the lease came to another holder.</summary>
    public int Handovers => (int?)Lease?["spec"]?["leaseTransitions"] ?? 0;

    /// <summary>Exit codes of the daemons that have ended.</summary>
    public ConcurrentQueue<int> Ends { get; } = new();

    /// <summary>The token of the daemon that the lease names; null when it names none that runs.</summary>
    public string? Leader => slots.FirstOrDefault(s => s.Identity is { } identity && identity == (string?)Lease?["spec"]?["holderIdentity"])?.Token;

    private JsonObject? Lease => Cluster.Store.TryGet(ResourceTypes.Leases, "default", "guardrail", out var lease) ? lease : null;

    public static async Task<FlappingPair> StartAsync(EmbeddedClusterOptions options, string policyText)
    {
        var pair = new FlappingPair(policyText);
        pair.Cluster = await EmbeddedCluster.StartAsync(options with
        {
            TimeProvider = pair.Time,
            ApiServer = new EmbeddedApiServerOptions
            {
                Tokens = pair.slots.ToDictionary(s => s.Token, s => s.Token),
                Authorizer = call =>
                {
                    pair.caller.Value = call.User;
                    return true;
                },
            },
        });
        pair.watching = pair.Cluster.Store.Subscribe(pair.Judge);
        foreach (var slot in pair.slots)
        {
            pair.Cluster.Api.WriteKubeconfig(pair.Kubeconfig(slot), slot.Token);
        }

        return pair;
    }

    /// <summary>
    /// Takes CPU from a daemon: its clock goes on, and what comes from the network arrives, but what it waits for longer than a moment does not happen,
    /// so that it neither renews its lease nor notices that it has run out. Dispose to give it back.
    /// </summary>
    public IDisposable Starve(string token)
    {
        var clock = slots.Single(s => s.Token == token).Clock;
        clock.Hold(TimeSpan.FromSeconds(2));
        return new Starving(clock);
    }

    /// <summary>Lets virtual time pass; daemons that have ended are started again.</summary>
    /// <param name="span">How long.</param>
    /// <param name="step">By how much at once; <see cref="Step"/> when null.</param>
    public async Task PassAsync(TimeSpan span, TimeSpan? step = null)
    {
        var by = step ?? Step;
        for (var left = span; left > TimeSpan.Zero; left -= by)
        {
            foreach (var slot in slots)
            {
                await KeepAsync(slot);
            }

            Time.Advance(by);
            await network.WaitAsync();
        }
    }

    /// <summary>Tells a daemon to stop, as a rolling update of Guardrail does; it is started again.</summary>
    public void Stop(string token)
    {
        var slot = slots.Single(s => s.Token == token);
        slot.Stopping ??= slot.Host?.StopAsync(CancellationToken.None);
    }

    /// <summary>A write to a workload with the token of a daemon, past the daemon itself.</summary>
    public async Task WriteAsAsync(string token, string deployment)
    {
        using var http = new HttpClient { DefaultRequestHeaders = { Authorization = new("Bearer", token) } };
        using var patch = new StringContent("""{"metadata":{"annotations":{"test":"write"}}}""", null, "application/merge-patch+json");
        using var answer = await http.PatchAsync(new Uri(Cluster.ApiUri, $"apis/apps/v1/namespaces/shop/deployments/{deployment}"), patch);
        answer.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        Cluster.Api.Faults.Clear();
        foreach (var slot in slots.Where(s => s.Host is not null))
        {
            var stopping = slot.Host!.StopAsync(CancellationToken.None);
            while (!stopping.IsCompleted)
            {
                Time.Advance(Step);
                await Task.WhenAny(stopping, network.WaitAsync());
            }

            await slot.Host.DisposeAsync();
        }

        watching?.Dispose();
        await Cluster.DisposeAsync();
        network.Dispose();
        folder.Delete(recursive: true);
    }

    private string Kubeconfig(Slot slot) => Path.Combine(folder.FullName, "kubeconfig-" + slot.Token);

    private async Task KeepAsync(Slot slot)
    {
        if (slot.Host is { } running && slot.Ended is { IsCompleted: true })
        {
            Ends.Enqueue(await slot.Ended);
            await running.DisposeAsync();
            (slot.Host, slot.Ended, slot.Stopping, slot.Identity) = (null, null, null, null);
        }

        slot.Starting ??= slot.Host is null ? StartAsync(slot) : null;
        if (slot.Starting is { IsCompleted: true } started)
        {
            slot.Starting = null;
            if (started.IsCompletedSuccessfully)
            {
                slot.Host = await started;
                slot.Ended = slot.Host.WaitAsync(CancellationToken.None);
            }
        }
    }

    private Task<GuardrailHost> StartAsync(Slot slot)
    {
        slot.Identity = $"{slot.Token}-{++slot.Lives}";
        return GuardrailHost.StartAsync(
            new DaemonOptions
            {
                PolicyPaths = [policy],
                Scrape = true,
                Kubeconfig = Kubeconfig(slot),
                Listen = "127.0.0.1:0",
                LeaderElection = Election with { Identity = slot.Identity },
            },
            log: null,
            [],
            slot.Clock,
            CancellationToken.None);
    }

    /// <summary>Called by the store on the thread of the write, before anything else can be written.</summary>
    private void Judge(StoreEvent change)
    {
        if (change.Type.Kind is not ("Deployment" or "ReplicaSet") || caller.Value is not ("a" or "b"))
        {
            return;
        }

        var user = caller.Value;
        var holder = (string?)Lease?["spec"]?["holderIdentity"];
        Writes.Enqueue((user, $"{change.Type.Kind} {change.Name}"));
        if (holder is null || holder[..1] != user)
        {
            Violations.Enqueue($"{Time.GetUtcNow():HH:mm:ss} {user} wrote {change.Type.Kind} {change.Name} while the lease was held by {holder ?? "nobody"}");
        }
    }

    private sealed class Starving(LateTimers clock) : IDisposable
    {
        public void Dispose() => clock.Release();
    }

    private sealed class Slot(string token, TimeProvider time)
    {
        public LateTimers Clock { get; } = new(time);

        public string Token => token;

        public int Lives { get; set; }

        public string? Identity { get; set; }

        public GuardrailHost? Host { get; set; }

        public Task<GuardrailHost>? Starting { get; set; }

        public Task<int>? Ended { get; set; }

        public Task? Stopping { get; set; }
    }
}
