using System.Globalization;
using System.Text.Json.Nodes;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Workloads;

namespace Guardrail.Daemon.Tests.Load;

/// <summary>
/// Thirty days, five hundred workloads, five thousand rollouts. A batch begins every two hours; ticks are a minute while something is being rolled out
/// and twenty minutes between, which is all that the wall clock allows. Before the first day every workload is rolled out once, a hundred at a time: none is
/// without a history. What the daemon keeps is measured twice a day; the whole heap is told, and holds an API server and its clients' buffers too.
/// </summary>
[Category("Slow")]
[NonParallelizable]
internal sealed class MonthTests
{
    private const int Workloads = 500;
    private const int Days = 30;
    private const int BatchesPerDay = 12;
    private const int PerBatch = 14;

    /// <summary>Workloads that are rolled out together before the first day.</summary>
    private const int Wave = 100;

    /// <summary>Workloads that are rolled out in every batch, and so have more records than are kept.</summary>
    private const int Busy = 2;

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(20);

    private static readonly GuardPolicy Policy = new()
    {
        Name = "load",
        Namespace = "load",
        Autonomy = Autonomy.Enforce,
        Tick = TimeSpan.FromMinutes(1),
        Bake = TimeSpan.FromMinutes(4),
        CureWindow = TimeSpan.FromMinutes(4),
        Signals = [SignalPresets.Http[0]],
        Pacing = new() { StepDuration = TimeSpan.FromMinutes(1) },
    };

    private readonly Random chance = new(3);
    private int deployed;

    [Test]
    [CancelAfter(600_000)]
    public async Task Memory_stays_flat_no_record_is_lost_and_history_is_bounded_over_a_month(CancellationToken cancellationToken)
    {
        await using var bench = await LoadBench.StartAsync(Policy, Workloads);
        var began = TimeProvider.System.GetTimestamp();
        for (var first = 0; first < Workloads; first += Wave)
        {
            await RollOutAsync(bench, [.. Enumerable.Range(first, Wave)]);
        }

        var (kept, heap) = (new List<double>(), new List<double>());
        for (var day = 1; day <= Days; day++)
        {
            var most = 0.0;
            for (var batch = 0; batch < BatchesPerDay; batch++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await RollOutAsync(bench, Chosen());
                most = batch % 6 == 5 ? Math.Max(most, bench.Kept) : most;
            }

            // Somebody keeps the records elsewhere: else the API server in this process would hide what the daemon needs.
            bench.Archive(r => !IsBusy(r));
            bench.Took.Clear();
            kept.Add(most);
            heap.Add(LiveHeap());
        }

        var (second, last) = (kept[1], kept.TakeLast(7).Max());
        await TestContext.Out.WriteLineAsync(
            $"{deployed} rollouts in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} s; the daemon keeps {second:0.00} MB at most on the second day, "
            + $"{last:0.00} MB at most in the last week ({Words(kept)}); the heap with the API server and the network libraries: {Words(heap)}; "
            + $"{bench.RecordsMade} records made, {bench.RecordsDeleted} pruned; " + string.Join(", ", bench.Ends.Select(e => $"{e.Key}: {e.Value}")));

        Assert.That(deployed, Is.GreaterThanOrEqualTo(5_000));
        Assert.That(bench.Open, Is.Empty);
        Assert.That((bench.Begun, bench.RecordsMade, bench.RecordsEnded, bench.Ends.Values.Sum()), Is.EqualTo((deployed, deployed, deployed, deployed)), "none is lost");
        Assert.That(bench.Ends.Keys, Is.SupersetOf(new[] { RolloutOutcome.Healthy, RolloutOutcome.RolledBack, RolloutOutcome.Superseded, RolloutOutcome.Removed }));
        Assert.That(last, Is.LessThanOrEqualTo(1.1 * second));
        Assert.That(last, Is.LessThan(0.02 * Workloads), "20 kB for each workload; the evidence of a rollout needs as much again");
        foreach (var busy in bench.Records().Where(IsBusy).GroupBy(NameOf))
        {
            Assert.That(busy.Count(), Is.EqualTo(Policy.History), busy.Key);
        }

        Assert.That(bench.RecordsDeleted, Is.GreaterThan(Busy * 200));
        Assert.That(bench.RecordProblem, Is.Null);
    }

    /// <summary>A batch: some bad, some replaced before they are judged, some whose workload is deleted and made anew.</summary>
    private async Task RollOutAsync(LoadBench bench, int[] chosen)
    {
        foreach (var i in chosen)
        {
            Deploy(bench, i, bad: deployed % 9 == 4);
        }

        await bench.BegunAsync(deployed);
        await bench.TickAsync(Policy.Tick);
        if (chance.Next(2) == 0)
        {
            Deploy(bench, chosen[^1], bad: false);
        }

        var gone = chance.Next(3) == 0 ? chosen[^2] : -1;
        if (gone >= 0)
        {
            bench.Cluster.Delete(LoadBench.Workload(gone));
        }

        await bench.BegunAsync(deployed);
        var passed = 1;
        for (; !bench.Open.IsEmpty && passed < 119; passed++)
        {
            await bench.TickAsync(Policy.Tick);
        }

        if (gone >= 0)
        {
            bench.Cluster.Create(LoadBench.Workload(gone).Name);
        }

        for (var left = TimeSpan.FromHours(2) - (passed * Policy.Tick); left > TimeSpan.Zero; left -= Pause)
        {
            await bench.TickAsync(Pause);
        }

        await bench.SettleAsync();
    }

    private int[] Chosen() =>
    [
        .. Enumerable.Range(0, Busy),
        .. Enumerable.Range(0, int.MaxValue).Select(_ => chance.Next(Busy, Workloads)).Distinct().Take(PerBatch - Busy),
    ];

    private void Deploy(LoadBench bench, int workload, bool bad) => bench.Cluster.Deploy(
        LoadBench.Workload(workload), string.Create(CultureInfo.InvariantCulture, $"r{++deployed}"), bad ? 0.2 : 0.002);

    private static string Words(IEnumerable<double> megabytes) =>
        string.Join(" ", megabytes.Select(m => m.ToString("0.0", CultureInfo.InvariantCulture)));

    private static bool IsBusy(JsonObject record) =>
        Enumerable.Range(0, Busy).Any(i => NameOf(record) == LoadBench.Workload(i).Name);

    private static string NameOf(JsonObject record) => (string)record["spec"]!["workload"]!["name"]!;

    /// <summary>What is reachable, in megabytes: neither holes in the heap nor what waits to be collected.</summary>
    private static double LiveHeap()
    {
        for (var i = 0; i < 2; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        var heap = GC.GetGCMemoryInfo(GCKind.FullBlocking);
        return (heap.HeapSizeBytes - heap.FragmentedBytes) / 1e6;
    }
}
