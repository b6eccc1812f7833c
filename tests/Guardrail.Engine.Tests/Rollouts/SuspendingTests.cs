using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Tests.Scenarios;

namespace Guardrail.Engine.Tests.Rollouts;

/// <summary>A revision that GitOps writes back, under a policy that has its source suspended or its return refused.</summary>
[Category("Fault")]
public sealed class SuspendingTests
{
    private static readonly GuardPolicy Suspends = Scenario.Enforcing with { Contest = new() { Action = ContestAction.Suspend, ArgoCdNamespace = "gitops" } };

    [Test]
    public void The_source_is_suspended_before_the_revision_is_rolled_back_once_more_and_the_good_one_stays()
    {
        var scenario = new Scenario(Suspends);
        FightUntilSuspended(scenario, ticks: 100);

        Assert.That(scenario.Cluster.Writes.Where(w => w.StartsWith("guardrail rolls", StringComparison.Ordinal) || w.StartsWith("guardrail suspends", StringComparison.Ordinal)),
            Is.EqualTo(new[] { "guardrail rolls back to v1", "guardrail suspends what v2 comes from", "guardrail rolls back to v1" }));
        Assert.That(scenario.Cluster.Template, Is.EqualTo("v1"));
        Assert.That(scenario.Count(DecisionKind.Page), Is.Zero);
        var action = scenario.Actions.OfType<WorkloadAction.SuspendSource>().Single();
        Assert.That(action, Has.Property("Manager").EqualTo("kustomize-controller").And.Property("ArgoCdNamespace").EqualTo("gitops"));
        Assert.That(action.Reason, Does.Contain("v2 was rolled back and came back, last written by kustomize-controller"));
    }

    [Test]
    public void The_first_rollback_suspends_nothing()
    {
        var scenario = new Scenario(Suspends);
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 20);
        scenario.Run(30);

        Assert.That(scenario.Count(DecisionKind.SuspendSource), Is.Zero);
    }

    [Test]
    public void Where_it_cannot_be_suspended_a_person_is_told_once_and_it_is_rolled_back_all_the_same()
    {
        var scenario = new Scenario(Suspends) { Interfere = action => action is WorkloadAction.SuspendSource ? new ActionOutcome.Impossible("no such Kustomization.") : null };
        FightUntilSuspended(scenario, ticks: 200);

        Assert.That(scenario.Actions.OfType<WorkloadAction.SuspendSource>().Count(), Is.EqualTo(1));
        Assert.That(scenario.Actions.OfType<WorkloadAction.RollBack>().Count(), Is.EqualTo(2));
        var pages = scenario.Decisions.Where(d => d.Kind == DecisionKind.Page).ToArray();
        Assert.That(pages, Has.Length.EqualTo(2));
        Assert.That(pages[0].Reason, Does.Contain("v2 is rolled back once more, though what brings it back could not be suspended: no such Kustomization."));
        Assert.That(pages[1].Reason, Does.Contain("last written by kustomize-controller"));
        Assert.That(scenario.Rollout.Phase, Is.InstanceOf<RolloutPhase.Contested>());
    }

    [Test]
    public void A_suspension_that_fails_is_tried_three_times_and_holds_the_rollback_up_no_longer()
    {
        var scenario = new Scenario(Suspends) { Interfere = action => action is WorkloadAction.SuspendSource ? new ActionOutcome.Failed("busy.") : null };
        FightUntilSuspended(scenario, ticks: 200);

        Assert.That(scenario.Actions.OfType<WorkloadAction.SuspendSource>().Count(), Is.EqualTo(3));
        Assert.That(scenario.Actions.OfType<WorkloadAction.RollBack>().Count(), Is.EqualTo(2));
        Assert.That(scenario.Decisions.First(d => d.Kind == DecisionKind.Page).Reason, Does.Contain("could not be suspended: busy."));
    }

    [Test]
    public void What_lets_the_source_go_on_ends_in_a_contest_and_not_in_a_loop()
    {
        var scenario = new Scenario(Suspends);
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        for (var i = 0; i < 200; i++)
        {
            scenario.Tick();
            if (scenario.Cluster.Template == "v1")
            {
                // Somebody above lets it go on at once, every time.
                scenario.Cluster.IsSourceSuspended = false;
                WriteBack(scenario);
            }
        }

        Assert.That(scenario.Actions.OfType<WorkloadAction.SuspendSource>().Count(), Is.EqualTo(1));
        Assert.That(scenario.Actions.OfType<WorkloadAction.RollBack>().Count(), Is.EqualTo(2));
        Assert.That(scenario.Rollout.Phase, Is.InstanceOf<RolloutPhase.Contested>());
    }

    [Test]
    public void A_restart_while_the_suspension_is_under_way_does_not_ask_for_another_one_at_once()
    {
        var asked = 0;
        var scenario = new Scenario(Suspends);
        scenario.Interfere = action =>
        {
            asked += action is WorkloadAction.SuspendSource ? 1 : 0;
            return null;
        };
        FightUntilSuspended(scenario, ticks: 100, afterSuspension: () => scenario.RestartFromSnapshot(snapshot => snapshot));

        Assert.That(asked, Is.EqualTo(1));
        Assert.That(scenario.Cluster.Template, Is.EqualTo("v1"));
    }

    [TestCase(ContestAction.Refuse, true)]
    [TestCase(ContestAction.Suspend, false)]
    [TestCase(ContestAction.Notify, false)]
    public void A_rollback_names_the_rollout_whose_template_is_refused_only_where_the_policy_wants_it(ContestAction action, bool refused)
    {
        var scenario = new Scenario(Scenario.Enforcing with { Contest = new() { Action = action } });
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 20);

        Assert.That(scenario.Actions.OfType<WorkloadAction.RollBack>().Single().Refused?.To.Hash, Is.EqualTo(refused ? "v2" : null));
    }

    private static void FightUntilSuspended(Scenario scenario, int ticks, Action? afterSuspension = null)
    {
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        for (var i = 0; i < ticks; i++)
        {
            var before = scenario.Cluster.IsSourceSuspended;
            scenario.Tick();
            if (!before && scenario.Cluster.IsSourceSuspended)
            {
                afterSuspension?.Invoke();
            }

            if (scenario.Cluster.Template == "v1" && !scenario.Cluster.IsSourceSuspended)
            {
                WriteBack(scenario);
            }
        }
    }

    private static void WriteBack(Scenario scenario)
    {
        scenario.Cluster.ReconcileUnseen();
        scenario.Cluster.TemplateManager = "kustomize-controller";
        scenario.Cluster.Redeploy("v2");
    }
}
