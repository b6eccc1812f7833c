using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Tests.Scenarios;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Tests.Rollouts;

/// <summary>What the engine decides about configuration: that it goes back, not how.</summary>
public sealed class ConfigurationTests
{
    private static readonly RevisionId First = new("v1");

    [TestCase(ConfigurationScope.None)]
    [TestCase(ConfigurationScope.ConfigMaps)]
    public void A_rollback_takes_back_with_it_what_the_policy_says(ConfigurationScope scope)
    {
        var scenario = Run(scope, known: null);
        var rollback = scenario.Actions.OfType<WorkloadAction.RollBack>().Single();
        Assert.That((rollback.Configuration, rollback.NeedsPreparation), Is.EqualTo((scope, scope != ConfigurationScope.None)));
        Assert.That(rollback.ReleasedAt, Is.EqualTo(scenario.Rollout.StartedAt));
        Assert.That(scenario.Last(DecisionKind.RollBack).Reason, Does.Not.Contain("not restored"));
    }

    [Test]
    public void What_differs_and_does_not_go_back_is_in_the_reason_of_decision_and_write()
    {
        var scenario = Run(ConfigurationScope.None, new(First, Left: "ConfigMap env (has changed; restoreConfig is None)"));
        const string told = "; not restored, though changed since v1 was known good: ConfigMap env (has changed; restoreConfig is None)";
        Assert.That(scenario.Last(DecisionKind.RollBack).Reason, Does.EndWith(told));
        Assert.That(scenario.Actions.OfType<WorkloadAction.RollBack>().Single().Reason, Does.EndWith(told));
    }

    [Test]
    public void What_is_known_of_configuration_outlives_the_next_view_and_a_restart()
    {
        var scenario = new Scenario();
        scenario.Run(5);
        var known = new ConfigurationView(First, Left: "ConfigMap env");
        scenario.Guarded.Know(known);
        scenario.Run(1);
        Assert.That(scenario.Guarded.View.Configuration, Is.EqualTo(known));
        scenario.RestartFromSnapshot(snapshot => snapshot);
        Assert.That(scenario.Guarded.RollbackReadiness.Reason, Is.EqualTo(RollbackReadinessReason.ConfigurationChanged));
    }

    private static Scenario Run(ConfigurationScope scope, ConfigurationView? known)
    {
        var scenario = new Scenario(Scenario.Enforcing with { RestoreConfig = scope });
        scenario.Run(24).Guarded.Know(known);
        scenario.Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 60);
        return scenario;
    }
}
