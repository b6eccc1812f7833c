using CsCheck;

namespace Guardrail.Statistics.Tests;

public sealed class RateRatioTestTests
{
    private static readonly (long X, long K)[] Reference = [(1, 3), (4, 5), (6, 7), (5, 6)];

    private static readonly Gen<TwoArmTally> AnyTick = Gen.Select(
        Gen.Long[0, 5000], Gen.Long[0, 500], Gen.Long[0, 40], Gen.Long[0, 40], (a, b, x, y) => new TwoArmTally(a, b, x, y));

    // detection.md section 4, "This design": D1 with r0=1.5, phi=1.5, w1=.5, h=1/120, rho=.1.
    [TestCase(double.PositiveInfinity, new[] { -0.096525758, 1.849054634, 7.026912041, 11.565598590 })]
    [TestCase(2.302585092994046, new[] { -0.096525758, 1.242152474, 3.356675002, 5.588075485 })] // ln(1000)/3
    public void Equals_the_reference(double cap, double[] expected)
    {
        var test = new RateRatioTest(new RateRatioOptions { EvidenceCap = cap });
        for (var t = 0; t < Reference.Length; t++)
        {
            test.Observe(new TwoArmTally(900, 100, Reference[t].K - Reference[t].X, Reference[t].X));
            Assert.That(test.LogEvidence, Is.EqualTo(expected[t]).Within(1e-9));
        }

        Assert.That(test.Ticks, Is.EqualTo(4));
    }

    [Test]
    public void Knows_nothing_at_first() => Assert.That(new RateRatioTest(new()).LogEvidence, Is.Zero);

    [Test]
    public void A_skipped_tick_leaves_the_state_unchanged() =>
        Gen.Select(AnyTick.Array[0, 12], Gen.Int[0, 2], Gen.Long[0, 100]).Sample((ticks, kind, count) =>
        {
            var test = Fed(new RateRatioOptions(), ticks);
            var (before, evidence, counted) = (StateOf(test), test.LogEvidence, test.Ticks);
            test.Observe(kind switch
            {
                0 => new TwoArmTally(count, count, 0, 0),
                1 => new TwoArmTally(0, count, 0, count),
                _ => new TwoArmTally(count, 0, count, 0),
            });
            test.Observe(ReadOnlySpan<TwoArmTally>.Empty);
            Assert.That(StateOf(test), Is.EqualTo(before));
            Assert.That((test.LogEvidence, test.Ticks), Is.EqualTo((evidence, counted)));
        });

    [Test]
    public void Swapping_the_arms_and_the_direction_changes_nothing() =>
        AnyTick.Array[1, 12].Sample(ticks =>
        {
            var increase = new RateRatioOptions { NullRatio = 1 };
            var plain = Fed(increase, ticks);
            var mirrored = Fed(
                increase with { Direction = RatioDirection.Decrease },
                [.. ticks.Select(t => new TwoArmTally(t.CanaryTotal, t.ControlTotal, t.CanaryEvents, t.ControlEvents))]);
            Assert.That(StateOf(mirrored), Is.EqualTo(StateOf(plain)));
        });

    [Test]
    public void At_null_ratio_one_the_arms_are_interchangeable()
    {
        var log = ConditionalBinomial.LogLikelihoodRatio(7, 10, .5, 1, 3);
        Assert.That(ConditionalBinomial.LogLikelihoodRatio(3, 10, .5, 1, 1.0 / 3), Is.EqualTo(log).Within(1e-12));
        var unequal = ConditionalBinomial.LogLikelihoodRatio(7, 10, .2, 1, 3);
        Assert.That(ConditionalBinomial.LogLikelihoodRatio(3, 10, .8, 1, 1.0 / 3), Is.EqualTo(unequal).Within(1e-12));
    }

    [Test]
    public void A_restored_state_has_the_identical_future() =>
        Gen.Select(AnyTick.Array[0, 10], AnyTick.Array[1, 10]).Sample((past, future) =>
        {
            var test = Fed(new RateRatioOptions(), past);
            var restored = new RateRatioTest(new());
            restored.RestoreState(StateOf(test));
            Assert.That(restored.LogEvidence, Is.EqualTo(test.LogEvidence));
            foreach (var tick in future)
            {
                test.Observe(tick);
                restored.Observe(tick);
            }

            Assert.That(StateOf(restored), Is.EqualTo(StateOf(test)));
            Assert.That((restored.LogEvidence, restored.Ticks), Is.EqualTo((test.LogEvidence, test.Ticks)));
        });

    [Test]
    public void Every_number_of_a_state_is_finite()
    {
        foreach (var number in StateOf(new RateRatioTest(new())).Concat(StateOf(Fed(new(), [new(900, 100, 10_000_000, 0)]))))
        {
            Assert.That(double.IsFinite(number), Is.True);
        }
    }

    [Test]
    public void Refuses_what_is_no_state()
    {
        var test = new RateRatioTest(new());
        var state = StateOf(test);
        Assert.That(() => test.RestoreState(state.AsSpan(1)), Throws.ArgumentException);
        foreach (var (index, number) in new[] { (0, -1.0), (0, 1.5), (1, .1), (2, double.NaN), (3, double.PositiveInfinity) })
        {
            var broken = (double[])state.Clone();
            broken[index] = number;
            Assert.That(() => test.RestoreState(broken), Throws.ArgumentException, $"{number} at {index}");
        }
    }

    // Python, mpmath: the log likelihood ratio of one such tick against 3 is -642166.74568528092205, against 150 18876407.804143189308.
    [TestCase(1_000_000, 2, -642166.74568528092205)]
    [TestCase(9_999_999, 100, 18876407.804143189308)]
    public void Ten_million_events_a_tick_keep_their_digits(long canary, double multiplier, double expected)
    {
        var options = new RateRatioOptions
        {
            Dispersion = 1,
            EvidenceCap = double.PositiveInfinity,
            AlternativeMultipliers = [multiplier],
            RestartHazard = 0,
        };
        var test = new RateRatioTest(options);
        for (var tick = 0; tick < 1000; tick++)
        {
            test.Observe(new TwoArmTally(90_000_000, 10_000_000, 10_000_000 - canary, canary));
        }

        var evidence = expected > 0 ? (1000 * expected) + Math.Log(.5) : Math.Log(.5);
        Assert.That(test.LogEvidence, Is.EqualTo(evidence).Within(1e-9 * Math.Max(1, Math.Abs(evidence))));
    }

    [Test]
    public void Numbers_as_large_as_counters_can_be_do_not_overflow()
    {
        var test = new RateRatioTest(new() { EvidenceCap = double.PositiveInfinity });
        for (var tick = 0; tick < 100; tick++)
        {
            test.Observe(new TwoArmTally(long.MaxValue, long.MaxValue, long.MaxValue, tick % 2 == 0 ? long.MaxValue : 0));
            Assert.That(double.IsFinite(test.LogEvidence), Is.True);
        }
    }

    [Test]
    public void Strata_add_up_before_the_cap_and_those_with_one_arm_are_left_out()
    {
        var options = new RateRatioOptions { AlternativeMultipliers = [3], Dispersion = 2, EvidenceCap = 2.5, RestartHazard = 0 };
        var test = new RateRatioTest(options);
        test.Observe([new(900, 100, 2, 3), new(50, 150, 1, 9), new(0, 100, 0, 99), new(100, 0, 99, 0)]);
        var home = ConditionalBinomial.LogLikelihoodRatio(3, 5, .1, 1.5, 4.5);
        var checkout = ConditionalBinomial.LogLikelihoodRatio(9, 10, .75, 1.5, 4.5);
        var sum = (home + checkout) / 2;
        Assert.That(sum, Is.InRange(.5, 2.4), "below the cap, or this tells nothing");
        Assert.That(test.LogEvidence, Is.EqualTo(Math.Log((.5 * Math.Exp(sum)) + .5)).Within(1e-12));

        test.Observe([new(900, 100, 2, 30), new(50, 150, 1, 40)]);
        Assert.That(test.LogEvidence, Is.EqualTo(Math.Log((.5 * Math.Exp(sum + 2.5)) + .5)).Within(1e-12), "capped once");
        Assert.That(test.Ticks, Is.EqualTo(2));
    }

    [Test]
    public void Observing_allocates_nothing()
    {
        var test = new RateRatioTest(new());
        TwoArmTally[] strata = [new(900, 100, 1, 3), new(90, 10, 0, 1)];
        test.Observe(strata);
        test.Observe(in strata[0]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var tick = 0; tick < 100; tick++)
        {
            test.Observe(strata);
            test.Observe(in strata[0]);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Fewer_successes_are_found_by_the_mirrored_test()
    {
        var test = new RateRatioTest(RateRatioOptions.Success);
        for (var tick = 0; tick < 20; tick++)
        {
            test.Observe(new TwoArmTally(9, 1, 900, 30)); // exposure: endpoints; the canary gets a third of its share
        }

        Assert.That(test.LogEvidence, Is.GreaterThan(Evidence.RollbackThreshold(.001)));
    }

    [Test]
    public void More_restarts_per_pod_second_are_found()
    {
        var test = new RateRatioTest(RateRatioOptions.PodLifecycle);
        for (var tick = 0; tick < 12; tick++)
        {
            test.Observe(new TwoArmTally(45, 5, 0, tick % 2)); // pod-seconds; one restart of the one canary pod every 10 s
        }

        Assert.That(test.LogEvidence, Is.GreaterThan(Evidence.HoldThreshold));
    }

    private static RateRatioTest Fed(RateRatioOptions options, TwoArmTally[] ticks)
    {
        var test = new RateRatioTest(options);
        foreach (var tick in ticks)
        {
            test.Observe(tick);
        }

        return test;
    }

    private static double[] StateOf(RateRatioTest test)
    {
        var state = new double[test.StateLength];
        test.CopyStateTo(state);
        return state;
    }
}
