namespace Guardrail.Statistics.Tests;

public sealed class LeaveOnePodOutTests
{
    private static readonly RateRatioOptions Options = new();

    [Test]
    public void Is_the_least_of_the_tests_without_one_pod()
    {
        var jack = new LeaveOnePodOut(3, Options);
        RateRatioTest[] without = [new(Options), new(Options), new(Options)];
        var all = new RateRatioTest(Options);
        for (var tick = 0; tick < 6; tick++)
        {
            PodTally[] pods = [new(0, 30, 1), new(1, 40, 9), new(2, 50, tick)];
            jack.Observe(900, 4, pods);
            all.Observe(new TwoArmTally(900, 120, 4, 10 + tick));
            for (var i = 0; i < 3; i++)
            {
                without[i].Observe(new TwoArmTally(900, 120 - pods[i].Total, 4, 10 + tick - pods[i].Events));
            }
        }

        Assert.That(jack.LogEvidence, Is.EqualTo(without.Min(test => test.LogEvidence)));
        Assert.That(jack.LogEvidenceOfAll, Is.EqualTo(all.LogEvidence));
        Assert.That(jack.Suspect, Is.EqualTo(1));
    }

    [Test]
    public void One_bad_pod_is_not_a_bad_revision_and_three_are()
    {
        var (one, three) = (new LeaveOnePodOut(3, Options), new LeaveOnePodOut(3, Options));
        for (var tick = 0; tick < 30; tick++)
        {
            one.Observe(900, 1, [new(0, 33, 10), new(1, 33, 0), new(2, 33, 0)]);
            three.Observe(900, 1, [new(0, 33, 3), new(1, 33, 3), new(2, 33, 4)]);
        }

        Assert.That(one.LogEvidenceOfAll, Is.GreaterThan(Evidence.RollbackThreshold(.001)));
        Assert.That(one.LogEvidence, Is.LessThan(0));
        Assert.That(one.Suspect, Is.Zero);
        Assert.That(three.LogEvidence, Is.GreaterThan(Evidence.RollbackThreshold(.001)));
    }

    [Test]
    public void A_single_canary_pod_gives_no_evidence()
    {
        var jack = new LeaveOnePodOut(1, Options);
        jack.Observe(900, 1, [new(0, 100, 50)]);
        Assert.That((jack.LogEvidence, jack.Suspect), Is.EqualTo((0.0, 0)));
    }

    [Test]
    public void A_late_pod_starts_from_the_evidence_of_those_before_it_also_in_the_middle_of_a_tick()
    {
        var options = Options with { EvidenceCap = double.PositiveInfinity };
        var (jack, without) = (new LeaveOnePodOut(4, options), new RateRatioTest(options));
        jack.Observe(900, 1, [new(0, 50, 2), new(1, 50, 3)]);
        without.Observe(new TwoArmTally(900, 100, 1, 5));
        jack.AddStratum(900, 1, [new(0, 50, 2), new(1, 50, 3)]);
        jack.AddStratum(90, 2, [new(0, 50, 2), new(2, 50, 60)]);
        jack.EndTick();
        without.Observe([new(900, 100, 1, 5), new(90, 50, 2, 2)]);
        Assert.That(jack.Suspect, Is.EqualTo(2));
        Assert.That(jack.LogEvidence, Is.EqualTo(without.LogEvidence));
    }

    [Test]
    public void Above_sixty_four_pods_are_left_out_in_groups()
    {
        var (jack, without) = (new LeaveOnePodOut(100, Options), new RateRatioTest(Options));
        PodTally[] pods = [.. Enumerable.Range(0, 100).Select(i => new PodTally(i, 10, i == 70 ? 50 : 0))];
        for (var tick = 0; tick < 5; tick++)
        {
            jack.Observe(5000, 20, pods);
            without.Observe(new TwoArmTally(5000, 980, 20, 0)); // without slots 6 and 70
        }

        Assert.That(jack.Suspect, Is.EqualTo(6));
        Assert.That(jack.LogEvidence, Is.EqualTo(without.LogEvidence));
    }

    [Test]
    public void A_restored_state_has_the_identical_future()
    {
        var (jack, restored) = (new LeaveOnePodOut(8, Options), new LeaveOnePodOut(8, Options));
        jack.Observe(900, 4, [new(0, 30, 1), new(5, 40, 9)]);
        var state = new double[jack.StateLength];
        jack.CopyStateTo(state);
        restored.RestoreState(state);
        Assert.That((restored.LogEvidence, restored.Suspect), Is.EqualTo((jack.LogEvidence, jack.Suspect)));
        jack.Observe(900, 4, [new(0, 30, 1), new(3, 40, 9)]);
        restored.Observe(900, 4, [new(0, 30, 1), new(3, 40, 9)]);
        Assert.That((restored.LogEvidence, restored.LogEvidenceOfAll), Is.EqualTo((jack.LogEvidence, jack.LogEvidenceOfAll)));
    }

    [Test]
    public void Observing_allocates_nothing_for_sixty_four_pods()
    {
        var jack = new LeaveOnePodOut(64, Options);
        PodTally[] pods = [.. Enumerable.Range(0, 64).Select(i => new PodTally(i, 10, i % 3))];
        jack.Observe(900, 4, pods.AsSpan(0, 32));
        jack.Observe(900, 4, pods);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var tick = 0; tick < 20; tick++)
        {
            jack.Observe(900, 4, pods);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
}
