using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Tests.Scenarios;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Tests.Rollouts;

/// <summary>What people do to a rollout goes before what Guardrail would do.</summary>
public sealed class PeopleTests
{
    [Test]
    [Category("Fault")]
    public void A_rollout_that_a_person_paused_is_never_resumed()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Pacing = Pacing.Off });
        scenario.Run(24).Cluster.Deploy(Release.Good("v2"));
        scenario.Run(1).Cluster.PauseByPerson();
        scenario.Run(300);

        Assert.That(scenario.Actions, Is.Empty);
        Assert.That(scenario.Cluster.Paused);
    }

    [Test]
    public void A_bad_revision_under_a_persons_pause_calls_that_person_and_is_rolled_back_once_the_pause_is_lifted()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Pacing = Pacing.Off });
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.Run(1).Cluster.PauseByPerson();
        scenario.Run(40);
        Assert.That(scenario.Actions, Is.Empty);
        Assert.That(scenario.Last(DecisionKind.Page).Reason, Does.Contain("somebody else paused"));
        Assert.That(scenario.Count(DecisionKind.Page), Is.EqualTo(1));

        scenario.Cluster.ResumeByPerson();
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 3);
    }

    [Test]
    public void A_person_who_pauses_in_the_veto_window_is_not_overruled()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Autonomy = Autonomy.Veto, Pacing = Pacing.Off });
        scenario.Cluster.StepsPerBatch = 6;
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Rollout.Phase is RolloutPhase.RollingBack, within: 20);
        scenario.Cluster.PauseByPerson();
        scenario.Run(40);

        Assert.That(scenario.Count(DecisionKind.RollBack), Is.Zero);
        Assert.That(scenario.Rollout.Phase, Is.InstanceOf<RolloutPhase.NeedsPerson>());
    }

    [Test]
    public void A_rollback_is_vetoed_in_its_window_by_the_name_that_follows_from_the_rollout()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Autonomy = Autonomy.Veto });
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Rollout.Phase is RolloutPhase.RollingBack, within: 20);
        Assert.That(scenario.Decisions.Select(d => d.Id), Does.Contain(DecisionId.VetoWindowOf(scenario.Rollout.Id)));
        Assert.That(scenario.Count(DecisionKind.RollBack), Is.Zero, "the rollback itself is not told before the window is over");

        scenario.Cluster.Veto = DecisionId.RollbackOf(scenario.Rollout.Id).Value;
        scenario.Run(40);
        Assert.That(scenario.Count(DecisionKind.RollBack), Is.Zero);
        Assert.That(scenario.Last(DecisionKind.Page).Reason, Does.Contain("a person vetoed the rollback"));
    }

    [Test]
    public void What_a_person_resumed_is_not_paused_again_in_this_rollout()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Pacing = new() { StepPercents = [1, 50], StepDuration = TimeSpan.FromMinutes(5) } });
        scenario.Run(24).Cluster.Deploy(Release.Good("v2"));
        scenario.RunUntil(s => s.Cluster.Paused, within: 5);
        scenario.Run(2).Cluster.ResumeByPerson();
        scenario.RunUntil(s => s.Outcome is not null, within: 100);

        Assert.That(scenario.Count(DecisionKind.Hold), Is.EqualTo(1));
        Assert.That(scenario.Count(DecisionKind.Resume), Is.Zero);
    }

    [Test]
    public void A_rollout_taken_back_by_a_person_ends_as_reverted()
    {
        var scenario = new Scenario();
        scenario.Run(24).Cluster.Deploy(Release.Good("v2"));
        scenario.Run(4);
        scenario.Cluster.ResumeByPerson();
        scenario.Cluster.Redeploy("v1");
        scenario.Run(3);

        Assert.That(scenario.Outcome, Is.EqualTo(RolloutOutcome.Reverted));
        Assert.That(scenario.Run(40).Count(DecisionKind.Start), Is.EqualTo(1), "the return is not judged as a rollout");
    }

    [Test]
    public void A_rollout_that_is_rolled_back_because_a_person_asked_for_it_says_who_and_why()
    {
        var scenario = new Scenario();
        scenario.Run(24).Cluster.Deploy(Release.Good("v2"));
        scenario.Run(4).Cluster.RollBackOnRequest("v1", "request-one", "because alice asked for it: INC-7");
        scenario.Run(3);

        var end = scenario.Last(DecisionKind.End);
        Assert.That((end.Outcome, end.Reason), Is.EqualTo((RolloutOutcome.RolledBack, "rolled back to v1 because alice asked for it: INC-7")));
        Assert.That(scenario.Run(40).Count(DecisionKind.Start), Is.EqualTo(1), "the return is not judged as a rollout");
        Assert.That(scenario.Rollout.Cure, Is.Null, "it was no cure of Guardrail's");
    }

    [Test]
    public void What_a_person_asked_for_before_a_rollout_is_not_taken_for_its_end()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Autonomy = Autonomy.Observe });
        scenario.Run(24).Cluster.Deploy(Release.Good("v2"));
        scenario.Run(4).Cluster.RollBackOnRequest("v1", "request-one", "because alice asked for it");
        scenario.Run(12).Cluster.Deploy(Release.Good("v3"));
        scenario.Run(4);
        scenario.RestartFromSnapshot(s => s);
        scenario.Cluster.Redeploy("v1");
        scenario.Run(3);

        var end = scenario.Last(DecisionKind.End);
        Assert.That((end.Outcome, end.Reason), Is.EqualTo((RolloutOutcome.Reverted, "somebody else returned the workload to v1")));
    }

    [Test]
    public void A_rollback_that_a_person_asked_for_is_that_person_s_though_Guardrail_s_own_was_decided()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Autonomy = Autonomy.Veto });
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Rollout.Phase is RolloutPhase.RollingBack, within: 20);
        scenario.Cluster.RollBackOnRequest("v1", "request-one", "because alice asked for it: INC-7");
        scenario.Run(3);

        Assert.That(scenario.Last(DecisionKind.End).Reason, Is.EqualTo("rolled back to v1 because alice asked for it: INC-7"));
        Assert.That(scenario.Run(40).Count(DecisionKind.Start), Is.EqualTo(1));
    }

    [Test]
    public void A_rollout_taken_back_by_its_template_while_it_is_held_is_let_go()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Pacing = new() { StepDuration = TimeSpan.FromMinutes(10) } });
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Cluster.Paused, within: 5);

        // kubectl undo refuses a paused Deployment; a set image or a revert through GitOps does not.
        scenario.Cluster.Redeploy("v1");
        scenario.RunUntil(s => !s.Cluster.Paused, within: 4);

        Assert.That(scenario.Outcome, Is.EqualTo(RolloutOutcome.Reverted));
        Assert.That(scenario.Run(20).Cluster.PodsOf("v2"), Is.Zero);
        Assert.That(scenario.Actions.OfType<WorkloadAction.RollBack>(), Is.Empty);
    }

    [Test]
    public void What_an_earlier_process_held_and_a_person_took_back_is_let_go()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Pacing = new() { StepDuration = TimeSpan.FromMinutes(10) } });
        scenario.Cluster.MarkKnownGood("v1");
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Cluster.Paused, within: 5);
        scenario.Cluster.Redeploy("v1");
        scenario.RestartWithoutMemory();
        scenario.RunUntil(s => !s.Cluster.Paused, within: 6);

        Assert.That(scenario.Run(20).Cluster.PodsOf("v2"), Is.Zero);
    }

    [Test]
    public void A_person_who_takes_it_back_in_the_veto_window_is_given_the_credit()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Autonomy = Autonomy.Veto });
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Rollout.Phase is RolloutPhase.RollingBack, within: 20);
        scenario.Cluster.ResumeByPerson();
        scenario.Cluster.Redeploy("v1");
        scenario.Run(3);

        Assert.That(scenario.Outcome, Is.EqualTo(RolloutOutcome.Reverted));
    }

    [Test]
    [Category("Fault")]
    public void A_newer_rollout_replaces_an_older_one()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Pacing = Pacing.Off });
        scenario.Cluster.StepsPerBatch = 4;
        scenario.Run(24).Cluster.Deploy(Release.Good("v2"));
        scenario.Run(3).Cluster.Deploy(Release.Good("v3"));
        scenario.Run(2);

        var end = scenario.Last(DecisionKind.End);
        Assert.That((end.Rollout.To.Hash, end.Reason), Is.EqualTo(("v2", "replaced by a rollout to v3")));
        Assert.That(scenario.Rollout.Id.To.Hash, Is.EqualTo("v3"));
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.Healthy, within: 80);
    }

    [Test]
    public void A_release_that_replaces_the_template_while_it_is_held_is_let_go_at_once()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Pacing = new() { StepDuration = TimeSpan.FromMinutes(10) } });
        scenario.Run(24).Cluster.Deploy(Release.Good("v2"));
        scenario.RunUntil(s => s.Cluster.Paused, within: 5);

        // A paused Deployment makes no ReplicaSet for its new template: without a resume, v3 would never come to be.
        scenario.Cluster.Deploy(Release.Good("v3"));
        scenario.RunUntil(s => s.Rollout.Id.To.Hash == "v3", within: 4);

        Assert.That(scenario.Decisions.Single(d => d.Kind == DecisionKind.End).Rollout.To.Hash, Is.EqualTo("v2"));
    }

    [Test]
    [Category("Fault")]
    public void A_bad_template_that_was_already_replaced_while_held_is_not_rolled_back()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Pacing = new() { StepDuration = TimeSpan.FromMinutes(10) } });
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Cluster.Paused, within: 5);
        scenario.Cluster.Deploy(Release.Good("v3"));
        scenario.Run(40);

        Assert.That(scenario.Cluster.Template, Is.EqualTo("v3"));
        Assert.That(scenario.Actions.OfType<WorkloadAction.RollBack>(), Is.Empty);
    }

    [TestCase(Autonomy.Observe)]
    [TestCase(Autonomy.Recommend)]
    public void Without_leave_to_act_no_action_is_asked_for(Autonomy autonomy)
    {
        var scenario = new Scenario(Scenario.Enforcing with { Autonomy = autonomy });
        scenario.Cluster.StepsPerBatch = 6;
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.Run(40);
        scenario.Cluster.Deploy(Release.Good("v3"));
        scenario.Run(100);

        Assert.That(scenario.Actions, Is.Empty);
        Assert.That(scenario.Count(DecisionKind.RollBack), Is.EqualTo(1), "what it would have done is recorded");
        Assert.That(scenario.Last(DecisionKind.RollBack).Reason, Does.Contain($"autonomy is {autonomy}").And.Contain("to v1"));
    }

    [Test]
    public void A_rollout_that_was_held_before_leave_to_act_was_taken_is_left_to_a_person()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Autonomy = Autonomy.Observe });
        scenario.Run(24).Cluster.Deploy(Release.Good("v2"));
        scenario.Tick();
        var view = scenario.Cluster.View();
        scenario.Cluster.Apply(new WorkloadAction.Hold
        {
            Decision = new("hold-by-an-earlier-process"),
            Workload = view.Id,
            Reason = "",
            Precondition = new(view.Uid, view.Generation, new("v2")),
        });
        scenario.Run(100);

        Assert.That(scenario.Actions, Is.Empty);
        Assert.That(scenario.Decisions.Where(d => d.Kind == DecisionKind.Page).Select(d => d.Reason), Has.Exactly(1).Contains("resume"));
    }
}
