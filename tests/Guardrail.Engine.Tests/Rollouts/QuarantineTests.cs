using Guardrail.Engine.Decisions;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Tests.Scenarios;

namespace Guardrail.Engine.Tests.Rollouts;

/// <summary>A revision that was rolled back and is written back by somebody.</summary>
public sealed class QuarantineTests
{
    [Test]
    public void A_quarantined_revision_that_comes_back_is_taken_back_once_more_then_a_person_is_called()
    {
        var scenario = new Scenario();
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        for (var round = 0; round < 6; round++)
        {
            scenario.RunUntil(s => s.Rollout.Phase is RolloutPhase.Ended or RolloutPhase.NeedsPerson, within: 20);
            scenario.Run(5).Cluster.Redeploy("v2");
        }

        scenario.Run(50);

        Assert.That(scenario.Actions.OfType<WorkloadAction.RollBack>().Count(), Is.EqualTo(2));
        Assert.That(scenario.Last(DecisionKind.Page).Reason, Does.Contain("v2 was rolled back").And.Contain("2 times"));
        Assert.That(scenario.Cluster.Template, Is.EqualTo("v2"), "somebody insists; Guardrail does not fight");
    }

    [Test]
    public void It_is_no_loop_either_when_it_comes_back_before_the_return_was_ever_seen()
    {
        var scenario = new Scenario();
        FakeCluster cluster = scenario.Cluster;
        scenario.Interfere = action =>
        {
            if (action is not WorkloadAction.RollBack)
            {
                return null;
            }

            var outcome = cluster.Apply(action);
            cluster.ReconcileUnseen();
            cluster.Redeploy("v2");
            cluster.ReconcileUnseen();
            return outcome;
        };
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.Run(150);

        Assert.That(cluster.Writes.Count(w => w == "guardrail rolls back to v1"), Is.EqualTo(2));
        Assert.That(scenario.Rollout.Phase, Is.InstanceOf<RolloutPhase.NeedsPerson>());
    }

    [Test]
    public void It_is_no_loop_either_when_the_quarantine_is_wiped_off()
    {
        var scenario = new Scenario();
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        for (var round = 0; round < 5; round++)
        {
            scenario.RunUntil(s => s.Rollout.Phase is RolloutPhase.Ended or RolloutPhase.NeedsPerson, within: 20);
            scenario.Run(5);
            scenario.Cluster.Quarantined.Clear();
            scenario.Cluster.Redeploy("v2");
            scenario.Tick();
        }

        Assert.That(scenario.Actions.OfType<WorkloadAction.RollBack>().Count(), Is.EqualTo(2));
    }

    [Test]
    public void A_rollback_shown_before_the_controller_has_seen_it_counts_as_one()
    {
        var scenario = new Scenario();
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 20);

        Assert.That(scenario.Guarded.Capture().Rollbacks, Is.EqualTo([KeyValuePair.Create(new Workloads.RevisionId("v2"), 1)]));
    }
}
