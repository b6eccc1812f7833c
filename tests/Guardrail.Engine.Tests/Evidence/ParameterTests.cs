using Guardrail.Engine.Detectors;
using Guardrail.Engine.Evidence;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Tests.Detectors;
using Guardrail.Engine.Tests.Scenarios;
using Guardrail.Statistics;

namespace Guardrail.Engine.Tests.Evidence;

/// <summary>What the tests of a rollout are told at its start.</summary>
public sealed class ParameterTests
{
    [Test]
    public void The_weights_are_renormalised_over_the_signals_of_the_policy()
    {
        var scenario = Compared(Scenario.Enforcing with { Watch = WatchWeights.None });

        Assert.That(scenario.Rollout.Signals.Select(s => s.Parameters.Weight), Is.EqualTo([0.35 / 0.6, 0.25 / 0.6]).Within(1e-12));
        Assert.That(
            scenario.Rollout.Signals.Select(s => s.Parameters.EvidenceCap),
            Is.EqualTo([Math.Log(0.6 / (0.001 * 0.35 * 0.5)) / 2.4, Math.Log(0.6 / (0.001 * 0.25 * 0.5)) / 2.4]).Within(1e-12));
    }

    [Test]
    public void A_signal_that_nobody_reports_leaves_its_weight_to_the_others()
    {
        var silent = new SignalDefinition.Latency { Id = new("other"), Weight = 5, Metric = "nobody_has_it" };
        var scenario = new Scenario(Scenario.Enforcing with { Signals = [.. SignalPresets.Http, silent], Watch = WatchWeights.None });
        scenario.Cluster.Silent.Add("other");
        scenario.Run(24).Cluster.Deploy(Release.Good("v2"));
        scenario.Run(5);

        Assert.That(scenario.Rollout.Signals.Select(s => s.Parameters.Weight).Sum(), Is.EqualTo(1).Within(1e-12));
        Assert.That(scenario.Rollout.Signals.Select(s => s.Signal.Name), Is.EqualTo(["errors", "latency"]));
    }

    [Test]
    public void They_are_frozen_when_the_comparison_begins()
    {
        var scenario = Compared(Scenario.Enforcing with { Pacing = new() { StepDuration = TimeSpan.FromMinutes(20) } });
        var before = scenario.Rollout.Signals.Select(s => s.Parameters).ToList();
        foreach (var pod in scenario.Cluster.Pods.Where(p => p.Release.Hash == "v1").Take(1))
        {
            scenario.Cluster.Break(pod, errorRate: 0.2);
        }

        scenario.Run(60);

        Assert.That(scenario.Rollout.Signals.Select(s => s.Parameters), Is.EqualTo(before));
    }

    [Test]
    public void The_edges_are_those_that_half_a_per_mille_to_half_of_the_old_revisions_requests_exceed_and_the_next()
    {
        var scenario = Compared(Scenario.Enforcing, new Release("v1") { Slower = [0.7, 0.05, 0.0001] });

        Assert.That(scenario.Rollout.Signals[1].Parameters.Edges, Is.EqualTo([0.5, 2.5]));
        Assert.That(scenario.Rollout.Signals[1].Parameters.Dispersion, Has.Length.EqualTo(2));
    }

    [Test]
    public void Without_history_all_edges_are_tested_with_the_dispersion_believed_beforehand()
    {
        var scenario = new Scenario();
        scenario.Cluster.Deploy(Release.Good("v2"));
        scenario.Run(4);

        Assert.That(scenario.Rollout.Signals[1].Parameters.Edges, Is.EqualTo(FakeCluster.Edges));
        Assert.That(scenario.Rollout.Signals[0].Parameters.Dispersion[0], Is.EqualTo(3).Within(0.6));
    }

    [Test]
    public void The_dispersion_is_learned_from_the_old_revisions_pods()
    {
        Assert.That(Compared(Scenario.Enforcing, history: 600).Rollout.Signals[0].Parameters.Dispersion[0], Is.InRange(1, 2.6));
    }

    [Test]
    public void Latency_of_pods_that_are_not_warm_is_left_out_and_errors_are_not()
    {
        var scenario = new Scenario(Scenario.Enforcing with { WarmUp = TimeSpan.FromMinutes(2), Pacing = new() { StepDuration = TimeSpan.FromMinutes(20) } });
        scenario.Run(60).Cluster.Deploy(Release.Good("v2"));
        scenario.Run(20);
        Assert.That(scenario.Rollout.Signals[0].All.CanaryTotal, Is.Positive);
        Assert.That(scenario.Rollout.Signals[1].All.CanaryTotal, Is.Zero);

        scenario.Run(10);
        Assert.That(scenario.Rollout.Signals[1].All.CanaryTotal, Is.Positive);
    }

    [Test]
    public void A_histogram_that_loses_an_edge_leaves_the_other_tests_as_they_are()
    {
        var signal = SignalPresets.Http[1];
        var track = new SignalTrack(signal);
        track.UseEdges(new SignalReport.Counters(signal.Id, [0.1, 0.5, 2.5], [], []));
        var plan = Scenario.Enforcing with { Watch = WatchWeights.None };
        var detector = DetectorPlan.Make(plan, 0.001, [track], null, new(4, 3, 1), NoPeers.Instance)[0];
        track.Ledger.UseEdges([0.1, 2.5]);
        for (var i = 0; i < 3; i++)
        {
            track.Ledger.Read(new PodReading(new("shop", "old"), Scenario.Start.AddSeconds(i * 5), [new("", 900 * i, [90 * i, 9 * i])]));
            track.Ledger.Read(new PodReading(new("shop", "new"), Scenario.Start.AddSeconds(i * 5), [new("", 100 * i, [50 * i, 9 * i])]));
        }

        detector.Observe(new SignalTick(Scenario.Start, FakeCluster.Checkout, IsOwn: true, track, new PodsByName()));

        Assert.That(detector.Totals.All(0), Is.EqualTo(new TwoArmTally(1800, 200, 180, 100)));
        Assert.That(detector.Totals.All(1), Is.EqualTo(default(TwoArmTally)));
        Assert.That(detector.Totals.All(2), Is.EqualTo(new TwoArmTally(1800, 200, 18, 18)));
    }

    private static Scenario Compared(GuardPolicy policy, Release? first = null, int history = 60)
    {
        var scenario = new Scenario(policy, first: first);
        scenario.Run(history).Cluster.Deploy(Release.Good("v2"));
        return scenario.Run(5);
    }
}
