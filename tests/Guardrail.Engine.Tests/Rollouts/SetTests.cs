using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Tests.Guarding;
using Guardrail.Engine.Tests.Scenarios;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Tests.Rollouts;

/// <summary>Rollouts of the kinds whose controllers tell of no progress deadline, and of the one that has no pause.</summary>
public sealed class SetTests
{
    private static readonly GuardPolicy Policy = Scenario.Enforcing with { Kinds = [WorkloadKind.StatefulSet, WorkloadKind.DaemonSet] };
    private static readonly DateTimeOffset Start = Scenario.Start;
    private static readonly RevisionId Good = new("db-good");
    private static readonly RevisionId Bad = new("db-bad");

    [TestCase(WorkloadKind.StatefulSet)]
    [TestCase(WorkloadKind.DaemonSet)]
    [Category("Fault")]
    public void A_pod_that_is_kept_from_starting_for_ten_minutes_takes_the_rollout_back(WorkloadKind kind)
    {
        var guarded = new GuardedWorkload(Policy, Before(kind));
        guarded.Observe(Before(kind), Start);
        guarded.Observe(During(kind, "ImagePullBackOff"), Start.AddSeconds(10));
        Assert.That(guarded.CloseTick(Start.AddMinutes(9)).Select(d => d.Kind), Does.Not.Contain(DecisionKind.RollBack));
        var decision = guarded.CloseTick(Start.AddMinutes(11)).Single(d => d.Kind == DecisionKind.RollBack);
        Assert.That(((WorkloadAction.RollBack)decision.Action!).To, Is.EqualTo(Good));
        Assert.That(decision.Reason, Does.Contain("no progress within its deadline"));
    }

    [Test]
    public void A_pod_that_runs_and_is_not_ready_yet_may_take_its_time()
    {
        var guarded = new GuardedWorkload(Policy, Before(WorkloadKind.StatefulSet));
        guarded.Observe(Before(WorkloadKind.StatefulSet), Start);
        guarded.Observe(During(WorkloadKind.StatefulSet, null), Start.AddSeconds(10));
        Assert.That(guarded.CloseTick(Start.AddMinutes(60)).Select(d => d.Kind), Does.Not.Contain(DecisionKind.RollBack));
    }

    [Test]
    public void A_StatefulSet_is_held_at_the_first_step()
    {
        var guarded = new GuardedWorkload(Policy, Before(WorkloadKind.StatefulSet));
        guarded.Observe(Before(WorkloadKind.StatefulSet), Start);
        var decisions = guarded.Observe(During(WorkloadKind.StatefulSet, null), Start.AddSeconds(10)).Select(d => d.Kind);
        Assert.That(decisions, Is.EqualTo(new[] { DecisionKind.Start, DecisionKind.Hold }));
    }

    [Test]
    public void A_DaemonSet_is_never_held_and_that_is_said_at_the_start()
    {
        var guarded = new GuardedWorkload(Policy, Before(WorkloadKind.DaemonSet));
        guarded.Observe(Before(WorkloadKind.DaemonSet), Start);
        var decisions = guarded.Observe(During(WorkloadKind.DaemonSet, null), Start.AddSeconds(10)).ToArray();
        Assert.That(decisions.Select(d => d.Kind), Is.EqualTo(new[] { DecisionKind.Start }));
        Assert.That(decisions[0].Reason, Does.EndWith("it is not paced, for a DaemonSet has no pause: it is compared while it goes on, and taken back if it is bad"));
    }

    [TestCase(WorkloadKind.DaemonSet, true, false, ExpectedResult = "")]
    [TestCase(WorkloadKind.StatefulSet, true, true, ExpectedResult = "")]
    [TestCase(WorkloadKind.Deployment, false, true, ExpectedResult = "; it is not paced, for its strategy does not let both revisions serve side by side")]
    public string Why_a_rollout_is_not_paced(WorkloadKind kind, bool gradually, bool enabled) =>
        PacingPlan.WhyUnpaced(new Pacing { Enabled = enabled }, Before(kind) with { RollsGradually = gradually });

    private static WorkloadView Before(WorkloadKind kind)
    {
        var view = LeftoversTests.Stuck();
        return view with
        {
            Id = view.Id with { Kind = kind },
            Quarantined = [],
            Generation = 7,
            Revisions = [new() { Id = Good, Number = 4, DesiredReplicas = 3, KnownGood = true }],
            Pods = [.. view.Pods.Select(pod => pod with { Revision = Good, ReadySince = Start.AddHours(-1), WaitingReason = null })],
        };
    }

    private static WorkloadView During(WorkloadKind kind, string? waiting)
    {
        var before = Before(kind);
        return before with
        {
            Generation = 8,
            CurrentRevision = Bad,
            Revisions = [before.Revisions[0] with { DesiredReplicas = 2 }, new() { Id = Bad, Number = 5, DesiredReplicas = 1 }],
            Pods = [.. before.Pods.Take(2), before.Pods[2] with
            {
                Uid = "uid-new", Revision = Bad, CreatedAt = Start.AddSeconds(9), ReadySince = null, WaitingReason = waiting,
            }],
        };
    }
}
