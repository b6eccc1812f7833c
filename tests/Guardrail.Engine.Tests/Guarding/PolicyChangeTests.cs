using Guardrail.Engine.Decisions;
using Guardrail.Engine.Detectors;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Tests.Scenarios;

namespace Guardrail.Engine.Tests.Guarding;

/// <summary>Policies that change while rollouts are under way.</summary>
public sealed class PolicyChangeTests
{
    private Scenario scenario = null!;

    [SetUp]
    public void Begin()
    {
        scenario = new();
        scenario.Run(24).Cluster.Deploy(Release.Good("v2"));
        scenario.Run(6);
        Assert.That(scenario.Guarded.IsWatching);
    }

    [Test]
    public void What_it_may_do_holds_at_once_and_the_evidence_stays()
    {
        var (evidence, budget) = (scenario.Rollout.LogEvidence, scenario.Rollout.Budget);
        var lost = scenario.Use(Scenario.Enforcing with { Autonomy = Autonomy.Observe, FalseRollbackBudget = new(0.01) });

        Assert.That(lost, Is.Empty);
        Assert.That(BitConverter.DoubleToInt64Bits(scenario.Rollout.LogEvidence), Is.EqualTo(BitConverter.DoubleToInt64Bits(evidence)));
        Assert.That(scenario.Rollout.Budget, Is.EqualTo(budget), "what a test was told at the start stays");
        Assert.That(scenario.Guarded.Policy.Autonomy, Is.EqualTo(Autonomy.Observe));
    }

    [Test]
    public void A_rollout_under_way_is_judged_as_if_nothing_had_happened()
    {
        var other = new Scenario();
        other.Run(24).Cluster.Deploy(Release.Good("v2"));
        other.Run(6);
        scenario.Use(Scenario.Enforcing with { History = 7 });
        scenario.Run(20);
        other.Run(20);
        Assert.That(scenario.Rollout.LogEvidence, Is.EqualTo(other.Rollout.LogEvidence));
        Assert.That(scenario.Decisions.Select(d => d.Id), Is.EqualTo(other.Decisions.Select(d => d.Id)));
    }

    [Test]
    public void A_signal_that_is_defined_otherwise_loses_its_evidence_and_that_is_said()
    {
        var errors = (SignalDefinition.ErrorRate)SignalPresets.Http[0];
        var lost = scenario.Use(Scenario.Enforcing with { Signals = [errors with { ErrorPattern = "[45].." }, SignalPresets.Http[1]] });

        Assert.That(lost.Single().Signals, Is.EqualTo(new[] { errors.Id }));
        Assert.That(scenario.Rollout.Signals.Select(s => (s.Signal.Name, s.Kind)), Does.Not.Contain(("errors", DetectorKind.Comparison)));
        Assert.That(scenario.Rollout.Signals.Select(s => s.Signal.Name), Does.Contain("latency"));
    }

    [Test]
    public void A_weight_counts_from_the_next_rollout_on()
    {
        var evidence = scenario.Rollout.LogEvidence;
        var lost = scenario.Use(Scenario.Enforcing with { Signals = [SignalPresets.Http[0] with { Weight = 3 }, SignalPresets.Http[1]] });
        Assert.That(lost, Is.Empty);
        Assert.That(scenario.Rollout.LogEvidence, Is.EqualTo(evidence));
    }

    [Test]
    public void A_workload_that_no_policy_guards_any_more_is_let_go()
    {
        scenario.UseNone();
        Assert.That(scenario.Guarded, Is.Null);
        var end = scenario.Last(DecisionKind.End);
        Assert.That((end.Outcome, end.Reason), Is.EqualTo(((RolloutOutcome?)RolloutOutcome.Removed, "no policy guards the workload any more")));
    }

    [Test]
    public void A_bad_release_is_taken_back_by_the_policy_that_came_in_its_middle()
    {
        var late = new Scenario(Scenario.Enforcing with { Autonomy = Autonomy.Observe });
        late.Run(24).Cluster.Deploy(Release.Bad("v2"));
        late.Run(4);
        late.Use(Scenario.Enforcing);
        late.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 60);
    }
}
