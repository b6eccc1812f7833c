using Guardrail.Engine.Policies;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Workloads;

namespace Guardrail.Daemon.Tests.Load;

/// <summary>Three hundred rollouts in the same tick, on five hundred workloads, all of the same template: a change of the platform.</summary>
[Category("Slow")]
[NonParallelizable]
internal sealed class BurstTests
{
    private const int Workloads = 500;
    private const int Rollouts = 300;
    private const int OneBadIn = 25;

    private static readonly GuardPolicy Policy = new()
    {
        Name = "load",
        Namespace = "load",
        Autonomy = Autonomy.Enforce,
        Bake = TimeSpan.FromMinutes(2),
        Signals = [SignalPresets.Http[0]],
        Pacing = new() { StepDuration = TimeSpan.FromSeconds(30) },
    };

    [Test]
    [CancelAfter(240_000)]
    public async Task Three_hundred_rollouts_at_once_are_all_judged_and_recorded_and_the_bad_ones_taken_back_within_the_storm_limit(CancellationToken cancellationToken)
    {
        await using var bench = await LoadBench.StartAsync(Policy, Workloads);
        var ticks = 0;
        for (; ticks < 60; ticks++)
        {
            await bench.TickAsync(Policy.Tick);
        }

        var began = TimeProvider.System.GetTimestamp();
        var at = bench.Time.GetUtcNow();
        for (var i = 0; i < Rollouts; i++)
        {
            // The same hash and number everywhere, as one template in many namespaces has it.
            bench.Cluster.Deploy(LoadBench.Workload(i), "v1", i % OneBadIn == 0 ? 0.2 : 0.002);
        }

        await bench.BegunAsync(Rollouts);
        var held = TimeProvider.System.GetElapsedTime(began);
        for (; !bench.Open.IsEmpty && bench.Time.GetUtcNow() - at < TimeSpan.FromHours(1); ticks++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await bench.TickAsync(Policy.Tick);
        }

        var bad = Enumerable.Range(0, Rollouts).Where(i => i % OneBadIn == 0).Select(LoadBench.Workload).ToHashSet();
        var good = bench.Took.Where(t => !bad.Contains(t.Rollout.Workload)).ToList();
        await TestContext.Out.WriteLineAsync(
            $"all held and written after {held.TotalSeconds:0.0} s; longest lag of a decision {bench.Lag.TotalMilliseconds:0} ms; "
            + $"bad ones judged after {bad.Max(w => (bench.Judged[w] - at).TotalSeconds):0} s at most, all taken back after "
            + $"{(bench.Cluster.RolledBackAt[^1] - at).TotalMinutes:0} min; good ones ended after {good.Max(t => t.Took.TotalMinutes):0.0} min at most; "
            + string.Join(", ", bench.Ends.Select(e => $"{e.Key}: {e.Value}")));

        Assert.That(bench.Open, Is.Empty, "none is forgotten");
        Assert.That(bench.Lag, Is.LessThan(Policy.Tick), "it keeps up with its ticks");
        Assert.That(bench.Ends[RolloutOutcome.RolledBack], Is.EqualTo(bad.Count));
        Assert.That(bench.Cluster.Rollbacks, Is.EqualTo(bad.Count), "each once");
        Assert.That(good.Select(t => t.Outcome), Has.All.EqualTo(RolloutOutcome.Healthy));
        Assert.That(bad.Select(w => (bench.Judged[w] - at).TotalSeconds), Has.All.LessThanOrEqualTo(60), "a storm delays the rollback, not the verdict");
        Assert.That(good.Select(t => t.Took), Has.All.LessThan(TimeSpan.FromMinutes(4)), "a storm holds no good rollout up");
        var decided = bench.RollbackDecided.Values.Order().ToList();
        Assert.That(decided, Has.Count.EqualTo(bad.Count));
        Assert.That(
            decided.Zip(decided.Skip(Policy.Storm.Rollbacks), (first, fourth) => fourth - first), Has.All.GreaterThanOrEqualTo(Policy.Storm.Window));
        Assert.That((bench.RecordsMade, bench.RecordsEnded), Is.EqualTo((Rollouts, Rollouts)));
        Assert.That(bench.Cluster.Reads, Is.EqualTo(ticks + 1), "one read per tick, whatever the number of workloads and rollouts");
        Assert.That(bench.RecordProblem, Is.Null);
    }
}
