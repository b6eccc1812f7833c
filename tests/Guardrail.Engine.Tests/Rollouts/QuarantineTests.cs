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
        Assert.That(scenario.Rollout.Phase, Is.InstanceOf<RolloutPhase.Contested>());
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

    [Test]
    [Category("Fault")]
    public void A_revision_that_GitOps_writes_back_is_contested_and_its_manager_named()
    {
        var scenario = Contested();

        Assert.That(scenario.Rollout.Phase, Is.EqualTo(new RolloutPhase.Contested(scenario.Last(DecisionKind.Page).At, 2, "argocd-controller", true)));
        Assert.That(scenario.Last(DecisionKind.Page).Reason, Does.Contain("v2 was rolled back 2 times and came back, last written by argocd-controller"));
        Assert.That(scenario.Count(DecisionKind.Page), Is.EqualTo(1));
        scenario.Run(100);
        Assert.That(scenario.Actions.OfType<WorkloadAction.RollBack>().Count(), Is.EqualTo(2));
        Assert.That(scenario.Count(DecisionKind.Page), Is.EqualTo(1));
    }

    [Test]
    [Category("Fault")]
    public void GitOps_that_reverts_within_five_seconds_every_time_is_given_way([Values] bool controllerIsFaster)
    {
        var scenario = new Scenario();
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        for (var i = 0; i < 200; i++)
        {
            scenario.Tick();
            if (scenario.Cluster.Template == "v1")
            {
                if (controllerIsFaster)
                {
                    scenario.Cluster.ReconcileUnseen();
                }

                scenario.Cluster.TemplateManager = "flux";
                scenario.Cluster.Redeploy("v2");
            }
        }

        // A write that no controller has seen leaves the revision's number, and so the name of the decision, as it was: that is carried out once.
        Assert.That(scenario.Cluster.Writes.Count(w => w == "guardrail rolls back to v1"), Is.EqualTo(controllerIsFaster ? 2 : 1));
        Assert.That(scenario.Rollout.Phase, Is.InstanceOf<RolloutPhase.NeedsPerson>());
        Assert.That(scenario.Count(DecisionKind.Page), Is.EqualTo(1));
        Assert.That(scenario.Last(DecisionKind.Page).Reason, Does.Contain(controllerIsFaster ? "last written by flux" : "somebody writes it back"));
    }

    [Test]
    public void A_process_that_begins_anew_rolls_a_quarantined_revision_back_once_at_most()
    {
        var scenario = new Scenario();
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 20);
        scenario.Run(20).RestartWithoutMemory();
        for (var round = 0; round < 4; round++)
        {
            scenario.Run(12).Cluster.Redeploy("v2");
        }

        scenario.Run(30);
        Assert.That(scenario.Cluster.Writes.Count(w => w == "guardrail rolls back to v1"), Is.EqualTo(2));
        Assert.That(scenario.Rollout.Phase, Is.InstanceOf<RolloutPhase.Contested>());
    }

    [Test]
    public void A_contested_revision_that_a_person_releases_is_watched_again_and_never_rolled_back_again()
    {
        var scenario = Contested();
        scenario.Cluster.Quarantined.Clear();
        scenario.Run(2);
        Assert.That(scenario.Rollout.Phase, Is.Not.InstanceOf<RolloutPhase.Contested>());

        scenario.RunUntil(s => s.Rollout.Phase is RolloutPhase.Contested, within: 40);
        scenario.Run(100);
        Assert.That(scenario.Actions.OfType<WorkloadAction.RollBack>().Count(), Is.EqualTo(2), "it is still bad, and a person insisted");
        Assert.That(scenario.Count(DecisionKind.Page), Is.EqualTo(2));
    }

    [Test]
    public void A_contested_revision_that_a_person_replaces_is_over()
    {
        var scenario = Contested();
        scenario.Cluster.ResumeByPerson();
        scenario.Cluster.Redeploy("v1");
        scenario.Run(6);

        Assert.That(scenario.Outcome, Is.EqualTo(RolloutOutcome.Reverted));
    }

    private static Scenario Contested()
    {
        var scenario = new Scenario();
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        for (var round = 0; round < 2; round++)
        {
            scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 20);
            scenario.Cluster.TemplateManager = "argocd-controller";
            scenario.Run(5).Cluster.Redeploy("v2");
            scenario.Tick();
        }

        scenario.RunUntil(s => s.Rollout.Phase is RolloutPhase.Contested, within: 20);
        return scenario;
    }
}
