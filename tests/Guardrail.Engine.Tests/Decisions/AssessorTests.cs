using Guardrail.Engine.Counting;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Detectors;
using Guardrail.Engine.Evidence;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Tests.Detectors;
using Guardrail.Engine.Tests.Scenarios;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Tests.Decisions;

/// <summary>The decision rule, fed with exact counts.</summary>
public sealed class AssessorTests
{
    private static readonly RolloutId Rollout = new(FakeCluster.Checkout, new("v1"), new("v2"), 2);
    private static readonly GuardPolicy Errors = Scenario.Enforcing with { Signals = [SignalPresets.Http[0]] };
    private static readonly WorkloadView View = new FakeCluster(1, 4, Release.Good("v1"), Scenario.Start).View();

    [Test]
    public void It_is_suspicious_from_20_to_1_and_regressed_from_1_over_alpha()
    {
        var before = double.NegativeInfinity;
        for (var ticks = 1; ticks <= 8; ticks++)
        {
            var assessment = Assess(Errors, Fed(Errors, ticks, canaryErrors: 8));
            Assert.That(assessment.LogEvidence, Is.GreaterThan(before));
            Assert.That(assessment.IsSuspicious, Is.EqualTo(assessment.LogEvidence >= Math.Log(20)));
            Assert.That(assessment.Belief == Belief.Regressed, Is.EqualTo(assessment.LogEvidence >= Math.Log(1000)));
            before = assessment.LogEvidence;
        }

        Assert.That(before, Is.GreaterThan(Math.Log(1000)));
    }

    [Test]
    public void One_tick_or_two_never_suffice_however_bad()
    {
        Assert.That(Assess(Errors, Fed(Errors, 1, canaryErrors: 250)).Belief, Is.Not.EqualTo(Belief.Regressed));
        Assert.That(Assess(Errors, Fed(Errors, 2, canaryErrors: 250)).Belief, Is.Not.EqualTo(Belief.Regressed));
    }

    [TestCase(0.5, 5, false)]
    [TestCase(0.001, 100_000, false)]
    [TestCase(0.001, 5, true)]
    public void A_certain_difference_that_is_too_small_is_not_acted_upon(double difference, long events, bool regressed)
    {
        var policy = Errors with { Effect = new() { MinimumRateDifference = difference, MinimumEvents = events } };

        Assert.That(Assess(policy, Fed(policy, 10, canaryErrors: 8)).Belief == Belief.Regressed, Is.EqualTo(regressed));
    }

    [Test]
    public void A_certain_but_small_difference_of_one_signal_does_not_hide_a_large_one_of_another()
    {
        var other = new SignalDefinition.ErrorRate { Id = new("tiny"), Weight = 0.01, Metric = "m", OutcomeLabels = ["code"] };
        var policy = Errors with { Signals = [Errors.Signals[0], other] };
        var book = Book(policy, out var tracks);
        for (var tick = 0; tick <= 30; tick++)
        {
            Feed(tracks[0].Ledger, tick, (750, 1), (250, 8));
            Feed(tracks[1].Ledger, tick, (1_000_000, 100), (1_000_000, 900));
            Observe(book, tracks[0]);
            Observe(book, tracks[1]);
            tracks.ForEach(t => t.Ledger.BeginTick(_ => true));
        }

        Assert.That(book.Detectors[1].LogEvidence, Is.GreaterThan(book.Detectors[0].LogEvidence + 5));
        var assessment = Assess(policy, book);
        Assert.That(assessment.Belief, Is.EqualTo(Belief.Regressed));
        Assert.That(((Verdict.Regressed)Explanation.Of(assessment, policy, 0.001, Rollout, book)).Signal, Is.EqualTo("errors"));
    }

    [Test]
    public void A_gap_hides_health_and_doubt_but_not_a_regression_that_is_proved()
    {
        Assert.That(Assess(Errors, Fed(Errors, 10, canaryErrors: 0), gap: "down").Belief, Is.EqualTo(Belief.NoEvidence));
        Assert.That(Assess(Errors, Fed(Errors, 10, canaryErrors: 8), gap: "down").Belief, Is.EqualTo(Belief.Regressed));
        Assert.That(Assess(Errors, null, gap: "down").Cause, Is.EqualTo("down"));
    }

    [Test]
    public void It_is_healthy_after_three_ticks_and_enough_requests()
    {
        Assert.That(Assess(Errors, Fed(Errors, 2, canaryErrors: 0)).Belief, Is.EqualTo(Belief.Undecided));
        Assert.That(Assess(Errors, Fed(Errors, 3, canaryErrors: 0)).Belief, Is.EqualTo(Belief.Healthy));
        var careful = Errors with { Pacing = new() { StepRequests = 751 } };
        Assert.That(Assess(careful, Fed(careful, 3, canaryErrors: 0)).Belief, Is.EqualTo(Belief.Undecided));
    }

    private static Assessment Assess(GuardPolicy policy, EvidenceBook? evidence, string? gap = null) =>
        Assessor.Assess(policy, policy.FalseRollbackBudget.Value, Rollout, View, evidence, gap);

    private static EvidenceBook Fed(GuardPolicy policy, int ticks, long canaryErrors)
    {
        var book = Book(policy, out var tracks);
        for (var tick = 0; tick <= ticks; tick++)
        {
            Feed(tracks[0].Ledger, tick, (750, 1), (250, canaryErrors));
            Observe(book, tracks[0]);
            tracks[0].Ledger.BeginTick(_ => true);
        }

        return book;
    }

    private static EvidenceBook Book(GuardPolicy policy, out List<SignalTrack> tracks)
    {
        tracks = [.. policy.Signals.Select(s => new SignalTrack(s))];
        var plan = policy with { Watch = WatchWeights.None };
        return new(DetectorPlan.Make(plan, policy.FalseRollbackBudget.Value, tracks, null, new(4, 3, 1), NoPeers.Instance));
    }

    private static void Observe(EvidenceBook book, SignalTrack track) =>
        book.Observe(new SignalTick(Scenario.Start, FakeCluster.Checkout, IsOwn: true, track, new PodsByName()));

    private static void Feed(CounterLedger ledger, int tick, (long Total, long Events) old, (long Total, long Events) canary)
    {
        var at = Scenario.Start.AddSeconds(tick * 5);
        ledger.Read(new PodReading(new("shop", "old"), at, [new("", old.Total * tick, [old.Events * tick])]));
        ledger.Read(new PodReading(new("shop", "new"), at, [new("", canary.Total * tick, [canary.Events * tick])]));
    }
}
