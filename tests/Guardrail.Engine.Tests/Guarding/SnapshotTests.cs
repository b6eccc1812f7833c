using System.Text.Json;
using CsCheck;
using Guardrail.Engine.Detectors;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Tests.Scenarios;

namespace Guardrail.Engine.Tests.Guarding;

/// <summary>An interruption at any point changes nothing of the future.</summary>
public sealed class SnapshotTests
{
    [Test]
    [Category("Fault")]
    public void A_restored_workload_decides_as_if_it_had_not_been_interrupted([Values] bool throughJson) =>
        Story.Gen.Sample(
            story =>
            {
                var (whole, _) = Tell(story, interruptAt: null, throughJson);
                for (var at = story.InterruptAt; at < Story.Ticks; at += 37)
                {
                    var (parted, _) = Tell(story, at, throughJson);
                    Assert.That(parted, Is.EqualTo(whole), $"interrupted at tick {at}");
                }
            },
            iter: 60, seed: "0000KOIPe036", threads: 1);

    [Test]
    public void Evidence_is_restored_to_the_last_bit() =>
        Story.Gen.Sample(
            story =>
            {
                var (_, whole) = Tell(story, interruptAt: null, throughJson: true);
                var (_, parted) = Tell(story, story.InterruptAt, throughJson: true);
                Assert.That(parted.Select(BitConverter.DoubleToInt64Bits), Is.EqualTo(whole.Select(BitConverter.DoubleToInt64Bits)));
            },
            iter: 60, seed: "0000KOIPe036", threads: 1);

    [Test]
    public void The_same_observations_make_the_same_decisions() =>
        Story.Gen.Sample(
            story =>
            {
                var (first, _) = Tell(story, interruptAt: null, throughJson: false);
                var (second, _) = Tell(story, interruptAt: null, throughJson: false);
                Assert.That(second, Is.EqualTo(first));
            },
            iter: 30, seed: "0000KOIPe036", threads: 1);

    [Test]
    public void A_snapshot_survives_json_in_every_phase()
    {
        var phases = new HashSet<string>();
        foreach (var autonomy in Enum.GetValues<Autonomy>())
        {
            var scenario = new Scenario(Scenario.Enforcing with { Autonomy = autonomy });
            scenario.Cluster.StepsPerBatch = 6;
            for (var i = 0; i < 40; i++)
            {
                if (i == 5)
                {
                    scenario.Cluster.Deploy(Release.Bad("v2"));
                }

                scenario.Tick();
                var snapshot = scenario.Guarded.Capture();
                var text = JsonSerializer.Serialize(snapshot);
                Assert.That(JsonSerializer.Serialize(JsonSerializer.Deserialize<GuardSnapshot>(text)), Is.EqualTo(text));
                phases.Add(snapshot.Rollout?.Phase.Name ?? "none");
            }
        }

        Assert.That(phases, Is.EquivalentTo(["none", "Waiting", "Comparing", "Held", "RollingBack", "NeedsPerson", "Ended"]));
    }

    [Test]
    public void A_policy_that_lost_a_signal_goes_on_with_the_others()
    {
        var scenario = new Scenario();
        scenario.Run(24).Cluster.Deploy(Release.Good("v2"));
        scenario.Run(5);
        var only = Scenario.Enforcing with { Signals = [SignalPresets.Http[0]] };

        var restored = GuardedWorkload.Restore(only, scenario.Guarded.Capture());

        Assert.That(restored.Describe().Rollout!.Signals.Single(s => s.Kind == DetectorKind.Comparison).LogEvidence, Is.EqualTo(scenario.Rollout.Signals[0].LogEvidence));
    }

    [Test]
    public void A_fleet_takes_up_a_snapshot_whose_workload_a_policy_still_selects()
    {
        var scenario = new Scenario();
        scenario.Run(24).Cluster.Deploy(Release.Good("v2"));
        var snapshot = scenario.Run(5).Guarded.Capture();

        Assert.That(new Fleet([]).Restore(snapshot), Is.False);
        var fleet = new Fleet([Scenario.Enforcing]);
        Assert.That(fleet.Restore(snapshot));
        Assert.That(fleet.Find(FakeCluster.Checkout)!.Describe().Rollout!.LogEvidence, Is.EqualTo(scenario.Rollout.LogEvidence));
    }

    private static (List<string> Decisions, List<double> Evidence) Tell(Story story, int? interruptAt, bool throughJson)
    {
        var scenario = story.Begin();
        var evidence = new List<double>();
        for (var tick = 0; tick < Story.Ticks; tick++)
        {
            if (tick == interruptAt)
            {
                scenario.RestartFromSnapshot(s => throughJson ? JsonSerializer.Deserialize<GuardSnapshot>(JsonSerializer.Serialize(s))! : s);
            }

            story.Turn(scenario, tick);
            scenario.Tick();
            evidence.Add(scenario.Guarded.Describe().Rollout?.LogEvidence ?? 0);
        }

        return ([.. scenario.Decisions.Select(d => $"{d.At:O} {d.Id} {d.Kind} {d.Verdict} {d.Reason} {d.Action} {d.IsRetry}")], evidence);
    }
}
