using System.Collections.Immutable;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Tests.Scenarios;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Tests.Studies;

/// <summary>How long it takes until a rollback is decided: 200 requests/s, errors 0.1 % → 5 %, three old pods and a new one, ticks of 5 s.</summary>
[Category("Slow")]
public sealed class TimeToRollbackTests
{
    private const int Runs = 400;
    private static readonly GuardPolicy Defaults = new() { Name = "shop", Namespace = "shop", Autonomy = Autonomy.Enforce };

    // The decision falls at a scrape: seconds since the new pod's first request, its first scrape after 5 s (the worst case).
    [TestCase(0, 30)]
    [TestCase(60, 30)]
    [TestCase(360, 25)]
    public void Ninety_nine_of_a_hundred_bad_rollouts_are_decided_within_the_bound(int ticksOfHistory, int seconds)
    {
        int[] times = [.. Enumerable.Range(0, Runs).Select(seed => SecondsToRollback(seed, ticksOfHistory)).Order()];

        TestContext.Out.WriteLine(
            $"history {ticksOfHistory} ticks: p50 {times[Runs / 2]} s, p90 {times[Runs * 9 / 10]} s, p99 {times[Runs * 99 / 100]} s, worst {times[^1]} s");
        Assert.That(times[Runs * 99 / 100], Is.LessThanOrEqualTo(seconds));
    }

    private static int SecondsToRollback(int seed, int ticksOfHistory)
    {
        var random = new Random(seed);
        FakePod[] old = [.. Enumerable.Range(0, 3).Select(i => new FakePod($"old-{i}", Release.Good("v1"), Scenario.Start))];
        var guarded = new GuardedWorkload(Defaults, View(1, old));
        guarded.Observe(View(1, old), Scenario.Start);
        var now = Scenario.Start;
        for (var tick = 0; tick < ticksOfHistory; tick++)
        {
            now += Defaults.Tick;
            Serve(random, old);
            Report(guarded, now, old);
        }

        var canary = new FakePod("new", Release.Bad("v2"), now.AddMilliseconds(1));
        guarded.Observe(View(2, [.. old, canary]), now);
        for (var seconds = 5; seconds < 600; seconds += 5)
        {
            now += Defaults.Tick;
            Serve(random, [.. old, canary]);
            if (Report(guarded, now, [.. old, canary]).Any(d => d.Kind == DecisionKind.RollBack))
            {
                return seconds;
            }
        }

        return 600;
    }

    private static void Serve(Random random, FakePod[] pods)
    {
        foreach (var pod in pods)
        {
            var requests = Sampling.Poisson(random, 1000.0 / pods.Length);
            pod.Requests += requests;
            pod.Errors += Sampling.Binomial(random, requests, pod.Release.ErrorRate);
            for (var edge = 0; edge < FakeCluster.Edges.Length; edge++)
            {
                pod.Slower[edge] += Sampling.Poisson(random, requests * pod.Release.Slower[edge]);
            }
        }
    }

    private static IReadOnlyList<Decision> Report(GuardedWorkload guarded, DateTimeOffset now, FakePod[] pods)
    {
        foreach (var pod in pods)
        {
            PodId id = new("shop", pod.Name);
            guarded.Read(new(new("errors"), [], [], []), new(id, now, [new("", pod.Requests, [pod.Errors])]));
            guarded.Read(new(new("latency"), FakeCluster.Edges, [], []), new(id, now, [new("", pod.Requests, [.. pod.Slower])]));
        }

        return guarded.CloseTick(now);
    }

    private static WorkloadView View(long generation, params FakePod[] pods)
    {
        ImmutableArray<PodView> views = [.. pods.Select(p => new PodView
        {
            Id = new("shop", p.Name), Uid = p.Name, Revision = new(p.Release.Hash), CreatedAt = p.CreatedAt, ReadySince = Scenario.Start,
        })];
        return new()
        {
            Id = FakeCluster.Checkout,
            Uid = "uid",
            Generation = generation,
            DesiredReplicas = 3,
            CurrentRevision = new(pods[^1].Release.Hash),
            Revisions =
            [
                .. pods.GroupBy(p => p.Release.Hash)
                    .Select((g, i) => new RevisionView { Id = new(g.Key), Number = i + 1, DesiredReplicas = g.Count() }),
            ],
            Pods = views,
            Pause = PauseState.ByGuardrail,
        };
    }
}
