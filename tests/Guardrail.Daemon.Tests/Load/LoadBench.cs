using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Guardrail.Daemon.Guarding;
using Guardrail.Daemon.Health;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Records;
using Guardrail.Simulation.ApiServer;
using Guardrail.Testing.Timing;
using k8s;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Daemon.Tests.Load;

/// <summary>
/// The guard loop, its action runner, the engine and the journal as the daemon puts them together, on a virtual clock, over a <see cref="LoadCluster"/>.
/// Records go to the embedded API server over loopback. Left out: the Kubernetes feed and actuator, the metric sources' HTTP, notifications, telemetry.
/// </summary>
internal sealed class LoadBench : IAsyncDisposable, IDecisionListener
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly NetworkQuiet network = new();
    private readonly SemaphoreSlim observed = new(0);
    private readonly Readiness readiness;
    private readonly EmbeddedApiServer server;
    private readonly KubernetesConnection connection;
    private readonly RolloutJournal journal;
    private readonly ActionRunner runner;
    private readonly GuardLoop loop;
    private readonly IDisposable watching;

    /// <summary>What was asked for and not answered. Asked for twice, when the machine is slower than the virtual clock, it is answered once.</summary>
    private readonly ConcurrentDictionary<(WorkloadId, DecisionId), Decision> acting = new();

    private LoadBench(EmbeddedApiServer server, FakeTimeProvider time, GuardPolicy policy, int workloads)
    {
        (this.server, Time) = (server, time);
        Cluster = new LoadCluster(time, seed: 5);
        for (var i = 0; i < workloads; i++)
        {
            Cluster.Create(NameOf(i));
        }

        connection = KubernetesConnection.Create(new KubernetesClientConfiguration { Host = server.Address.ToString() }, "the test");
        var store = new RecordStore(connection.Api, time);
        readiness = new Readiness(time);
        journal = new RolloutJournal(
            store, new RecordPruner(store, NullLogger<RecordPruner>.Instance), readiness, time, "load", NullLogger<RolloutJournal>.Instance);
        runner = new ActionRunner(Cluster, time, NullLogger<ActionRunner>.Instance, journal, [this]);
        loop = new GuardLoop(
            new GuardLoopOptions([policy], TimeSpan.Zero), _ => Cluster, new FixedPolicies(), Cluster, runner, journal, [this], readiness, time,
            NullLoggerFactory.Instance);
        watching = server.Store.Subscribe(Note);
    }

    public FakeTimeProvider Time { get; }

    public LoadCluster Cluster { get; }

    /// <summary>When each workload's new revision was first held to be bad, whether it could be taken back then or not.</summary>
    public ConcurrentDictionary<WorkloadId, DateTimeOffset> Judged { get; } = new();

    /// <summary>When each rollback was decided, for the first time. When it is written depends on how busy the machine is.</summary>
    public ConcurrentDictionary<(RolloutId Rollout, string Uid), DateTimeOffset> RollbackDecided { get; } = new();

    /// <summary>Rollouts that began to be watched.</summary>
    public int Begun { get; private set; }

    /// <summary>Rollouts that ended, by how.</summary>
    public ConcurrentDictionary<RolloutOutcome, int> Ends { get; } = new();

    /// <summary>Rollouts under way, and since when.</summary>
    public ConcurrentDictionary<(RolloutId Rollout, string Uid), DateTimeOffset> Open { get; } = new();

    /// <summary>How long each rollout took, in the order of their ends.</summary>
    public List<(RolloutId Rollout, RolloutOutcome Outcome, TimeSpan Took)> Took { get; } = [];

    /// <summary>Records that were given an outcome.</summary>
    public int RecordsEnded { get; private set; }

    public int RecordsMade { get; private set; }

    public int RecordsDeleted { get; private set; }

    /// <summary>Longest real time from the report to the last decision that follows from it.</summary>
    public TimeSpan Lag { get; private set; }

    /// <summary>Megabytes that the guard loop and all that it holds keep: the fleet, the records under way, what waits to be done.</summary>
    public double Kept => RetainedSize.Of(loop).Bytes / 1e6;

    public string? RecordProblem => readiness.Records.Problem;

    public static WorkloadId Workload(int i) => new("load", WorkloadKind.Deployment, NameOf(i));

    public static async Task<LoadBench> StartAsync(GuardPolicy policy, int workloads)
    {
        var time = new FakeTimeProvider(Start);
        var server = await EmbeddedApiServer.StartAsync(new ObjectStore(time, new Random(1), historyLimit: 50));
        server.Store.Create(ResourceTypes.Namespaces, null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "load" } });
        await InstallAsync(server);
        var bench = new LoadBench(server, time, policy, workloads);
        await bench.loop.StartAsync(CancellationToken.None);
        await bench.ReadAsync();
        return bench;
    }

    /// <summary>Lets a tick pass, and waits until all that follows from it is decided, done and written.</summary>
    public async Task TickAsync(TimeSpan tick)
    {
        Cluster.Reconcile();
        var began = TimeProvider.System.GetTimestamp();
        Time.Advance(tick);
        await ReadAsync();
        var lag = TimeProvider.System.GetElapsedTime(began);
        Lag = lag > Lag ? lag : Lag;
        if (!Open.IsEmpty || !acting.IsEmpty)
        {
            await SettleAsync();
        }
    }

    /// <summary>Waits until so many rollouts have begun, and what follows from that is done and written.</summary>
    public async Task BegunAsync(int rollouts)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (Begun < rollouts)
        {
            await network.WaitAsync();
            Assert.That(TimeProvider.System.GetElapsedTime(since), Is.LessThan(Patience), "a rollout is never seen");
        }

        await SettleAsync();
    }

    /// <summary>Waits until nothing is being done or written any more.</summary>
    public async Task SettleAsync()
    {
        var since = TimeProvider.System.GetTimestamp();
        do
        {
            await network.WaitAsync();
            if (loop.ExecuteTask is { IsCompleted: true } ended)
            {
                await ended;
                Assert.Fail("the guard loop has ended");
            }

            var waited = TimeProvider.System.GetElapsedTime(since);
            Assert.That(waited, Is.LessThan(Patience), () => "never answered: " + string.Join(Environment.NewLine, acting.Values));
            if (waited > TimeSpan.FromMilliseconds(500))
            {
                // It waits for the clock, before it tries again.
                Time.Advance(TimeSpan.FromSeconds(1));
            }
        }
        while (!acting.IsEmpty);
    }

    /// <summary>Records that the server holds.</summary>
    public IReadOnlyList<JsonObject> Records() => server.Store.List(Kind, "load").Items;

    /// <summary>Deletes ended records of a workload, as people do who keep them elsewhere.</summary>
    public void Archive(Func<JsonObject, bool> which)
    {
        foreach (var record in Records().Where(r => r["status"]?["outcome"] is not null && which(r)))
        {
            server.Store.Delete(Kind, "load", (string)record["metadata"]!["name"]!);
            RecordsDeleted--;
        }
    }

    public void Decided(Decision decision)
    {
        if (decision.Action is not null)
        {
            acting[(decision.Rollout.Workload, decision.Id)] = decision;
        }

        if (decision.Verdict is Verdict.Regressed)
        {
            Judged.TryAdd(decision.Rollout.Workload, decision.At);
        }

        var key = (decision.Rollout, decision.Uid);
        if (decision.Action is WorkloadAction.RollBack)
        {
            RollbackDecided.TryAdd(key, decision.At);
        }

        if (decision.Kind == DecisionKind.Start)
        {
            Begun++;
            Open[key] = decision.At;
        }
        else if (decision is { Kind: DecisionKind.End, Outcome: { } outcome })
        {
            Ends.AddOrUpdate(outcome, 1, (_, count) => count + 1);
            Open.TryRemove(key, out var since);
            Took.Add((decision.Rollout, outcome, decision.At - since));
        }
    }

    public void Acted(Decision decision, ActionReport report) => acting.TryRemove((report.Workload, report.Decision), out _);

    public void Observed(Fleet fleet, MetricReport report) => observed.Release();

    public async ValueTask DisposeAsync()
    {
        for (var stopping = loop.StopAsync(CancellationToken.None); !stopping.IsCompleted;)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(stopping, network.WaitAsync());
        }

        loop.Dispose();
        watching.Dispose();
        journal.Dispose();
        connection.Dispose();
        await server.DisposeAsync();
        network.Dispose();
        observed.Dispose();
    }

    private static string NameOf(int i) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"service-{i}");

    private ResourceType Kind => server.Store.Types.Single(t => t.Plural == GuardedRollout.Plural);

    private async Task ReadAsync() => Assert.That(await observed.WaitAsync(Patience), "no report was taken over");

    private void Note(StoreEvent change)
    {
        if (change.Type.Plural != GuardedRollout.Plural)
        {
            return;
        }

        RecordsMade += change.Change == StoreChange.Added ? 1 : 0;
        RecordsDeleted += change.Change == StoreChange.Deleted ? 1 : 0;
        if (change.Change == StoreChange.Modified && change.Item["status"]?["outcome"] is not null && change.Previous?["status"]?["outcome"] is null)
        {
            RecordsEnded++;
        }
    }

    private static async Task InstallAsync(EmbeddedApiServer server)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Guardrail.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests do not run from within a checkout.");
        }

        using var http = new HttpClient { BaseAddress = server.Address };
        using var body = new StringContent(
            await File.ReadAllTextAsync(Path.Combine(folder.FullName, "charts", "guardrail", "crds", "guardedrollouts.yaml")), Encoding.UTF8);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/yaml");
        using var made = await http.PostAsync(new Uri("apis/apiextensions.k8s.io/v1/customresourcedefinitions", UriKind.Relative), body);
        made.EnsureSuccessStatusCode();
    }
}
