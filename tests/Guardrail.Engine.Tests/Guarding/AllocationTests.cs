using System.Collections.Immutable;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Tests.Scenarios;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Tests.Guarding;

/// <summary>A tick of a rollout that is only being watched allocates nothing.</summary>
public sealed class AllocationTests
{
    private static readonly ImmutableArray<double> Edges = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    [Test]
    public void A_thousand_ticks_of_a_rollout_of_20_pods_and_12_edges_allocate_nothing()
    {
        var (policy, view) = Watched();
        var guarded = new GuardedWorkload(policy, view);
        guarded.Observe(view, Scenario.Start);
        var reports = Enumerable.Range(0, 3000).Select(tick => Report(policy, [.. view.Pods], tick)).ToArray();
        // The runtime makes a few objects of its own, once, while it compiles hot methods anew.
        Run(guarded, reports.AsSpan(0, 2000));
        Assert.That(guarded.Describe().Rollout!.Phase, Is.InstanceOf<RolloutPhase.Comparing>());

        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(guarded, reports.AsSpan(2000));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.That(guarded.Describe().Rollout!.Signals[1].TicksCompared, Is.GreaterThan(2900));
        Assert.That(guarded.Describe().Rollout!.Signals[1].Parameters.Edges, Has.Length.EqualTo(12));
        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public void Nor_do_they_in_a_fleet_that_looks_for_other_causes()
    {
        var (policy, view) = Watched();
        var fleet = new Fleet([policy]);
        fleet.Observe(new WorkloadChange.Snapshot([view]), Scenario.Start);
        var scope = fleet.Scopes()[0];
        var reports = Enumerable.Range(0, 3000).Select(tick => Report(policy, [.. view.Pods], tick)).ToArray();
        Observe(fleet, scope, reports.AsSpan(0, 2000));

        var before = GC.GetAllocatedBytesForCurrentThread();
        Observe(fleet, scope, reports.AsSpan(2000));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.That(fleet.Find(view.Id)!.Describe().Rollout!.Signals[1].TicksCompared, Is.GreaterThan(2900));
        Assert.That(allocated, Is.Zero);
    }

    private static void Observe(Fleet fleet, MetricScope scope, ReadOnlySpan<MetricReport> reports)
    {
        foreach (var report in reports)
        {
            fleet.Observe(scope, report);
        }
    }

    private static (GuardPolicy Policy, WorkloadView View) Watched()
    {
        var policy = Scenario.Enforcing with
        {
            Pacing = Pacing.Off,
            Bake = TimeSpan.FromHours(24),
            WarmUp = TimeSpan.Zero,
        };
        PodView[] pods = [.. Enumerable.Range(0, 20).Select(i => new PodView
        {
            Id = new("shop", $"pod-{i}"), Uid = $"{i}", Revision = new(i < 15 ? "v1" : "v2"), CreatedAt = Scenario.Start, ReadySince = Scenario.Start,
        })];
        var view = new WorkloadView
        {
            Id = FakeCluster.Checkout,
            Uid = "uid",
            Generation = 2,
            DesiredReplicas = 16,
            CurrentRevision = new("v2"),
            Pods = [.. pods],
            Revisions = [Revision("v1", 1, 15), Revision("v2", 2, 5)],
        };
        return (policy, view);
    }

    private static void Run(GuardedWorkload guarded, ReadOnlySpan<MetricReport> reports)
    {
        foreach (var report in reports)
        {
            foreach (var signal in report.Signals)
            {
                var counters = (SignalReport.Counters)signal;
                foreach (var pod in counters.Pods)
                {
                    guarded.Read(counters, pod);
                }
            }

            guarded.CloseTick(report.At);
        }
    }

    private static MetricReport Report(GuardPolicy policy, PodView[] pods, int tick)
    {
        var at = Scenario.Start.AddSeconds(tick * 5);
        return new(at,
        [
            new SignalReport.Counters(
                policy.Signals[0].Id, [], [.. pods.Select((p, i) => new PodReading(p.Id, at, [new("", tick * (1000 + i), [tick])]))], []),
            new SignalReport.Counters(
                policy.Signals[1].Id,
                Edges,
                [.. pods.Select((p, i) => new PodReading(p.Id, at, [new("", tick * (1000L + i), [.. Edges.Select((_, e) => (long)tick * (40 - (3 * e)))])]))],
                []),
        ]);
    }

    private static RevisionView Revision(string hash, long number, int desired) => new() { Id = new(hash), Number = number, DesiredReplicas = desired };
}
