using System.Globalization;
using System.Text.Json.Nodes;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Workloads;

namespace Guardrail.Daemon.Tests.Load;

/// <summary>
/// Thirty days, five hundred workloads, five thousand rollouts. A batch begins every two hours; ticks are a minute while something is being rolled out
/// and ten minutes between, which is all that the wall clock allows.
/// </summary>
[Category("Slow")]
[NonParallelizable]
[Explicit("It has not been seen to run to its end yet; until then it shows nothing.")]
internal sealed class MonthTests
{
    private const int Workloads = 500;
    private const int Days = 30;
    private const int BatchesPerDay = 12;
    private const int PerBatch = 14;

    /// <summary>Workloads that are rolled out in every batch, and so have more records than are kept.</summary>
    private const int Busy = 2;

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

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
        var heap = new List<double>();
        for (var day = 1; day <= Days; day++)
        {
            for (var batch = 0; batch < BatchesPerDay; batch++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await RollOutAsync(bench);
            }

            // Somebody keeps the records elsewhere: else the API server in this process would hide what the daemon needs.
            bench.Archive(r => !IsBusy(r));
            bench.Took.Clear();
            heap.Add(LiveHeap());
        }

        var (second, last) = (heap[1], heap.TakeLast(7).Max());
        await TestContext.Out.WriteLineAsync(
            $"{deployed} rollouts in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} s; live heap {second:0.0} MB after the second day, "
            + $"{last:0.0} MB at most in the last week ({string.Join(" ", heap.Select(h => h.ToString("0.0", CultureInfo.InvariantCulture)))}); "
            + $"{bench.RecordsMade} records made, {bench.RecordsDeleted} pruned; " + string.Join(", ", bench.Ends.Select(e => $"{e.Key}: {e.Value}")));

        Assert.That(deployed, Is.GreaterThanOrEqualTo(5_000));
        Assert.That(bench.Open, Is.Empty);
        Assert.That((bench.Begun, bench.RecordsMade, bench.RecordsEnded, bench.Ends.Values.Sum()), Is.EqualTo((deployed, deployed, deployed, deployed)), "none is lost");
        Assert.That(bench.Ends.Keys, Is.SupersetOf(new[] { RolloutOutcome.Healthy, RolloutOutcome.RolledBack, RolloutOutcome.Superseded, RolloutOutcome.Removed }));
        Assert.That(last, Is.LessThanOrEqualTo(1.1 * second));
        foreach (var busy in bench.Records().Where(IsBusy).GroupBy(NameOf))
        {
            Assert.That(busy.Count(), Is.EqualTo(Policy.History), busy.Key);
        }

        Assert.That(bench.RecordsDeleted, Is.GreaterThan(Busy * 200));
        Assert.That(bench.RecordProblem, Is.Null);
    }

    /// <summary>A batch: some bad, some replaced before they are judged, some whose workload is deleted and made anew.</summary>
    private async Task RollOutAsync(LoadBench bench)
    {
        var chosen = Enumerable.Range(0, Busy).Concat(Enumerable.Range(0, int.MaxValue).Select(_ => chance.Next(Busy, Workloads)).Distinct().Take(PerBatch - Busy))
            .ToArray();
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
        for (; !bench.Open.IsEmpty && passed < 100; passed++)
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

    private void Deploy(LoadBench bench, int workload, bool bad) => bench.Cluster.Deploy(
        LoadBench.Workload(workload), string.Create(CultureInfo.InvariantCulture, $"r{++deployed}"), bad ? 0.2 : 0.002);

    private static bool IsBusy(JsonObject record) =>
        Enumerable.Range(0, Busy).Any(i => NameOf(record) == LoadBench.Workload(i).Name);

    private static string NameOf(JsonObject record) => (string)record["spec"]!["workload"]!["name"]!;

    private static double LiveHeap()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true) / 1e6;
    }
}
