using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Tests.Scenarios;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Tests.Guarding;

/// <summary>The broken pod that a StatefulSet waits for after a rollback.</summary>
[Category("Fault")]
public sealed class LeftoversTests
{
    private static readonly GuardPolicy Policy = Scenario.Enforcing with { Kinds = [WorkloadKind.StatefulSet] };
    private static readonly DateTimeOffset Start = Scenario.Start;
    private static readonly RevisionId Good = new("db-good");
    private static readonly RevisionId Bad = new("db-bad");

    [Test]
    public void A_process_that_begins_between_the_two_steps_of_a_rollback_finishes_it_and_rolls_back_nothing()
    {
        var guarded = new GuardedWorkload(Policy, Stuck());
        var decision = guarded.Observe(Stuck(), Start).Single();

        Assert.That(decision.Kind, Is.EqualTo(DecisionKind.DeletePod));
        Assert.That(decision.Action, Is.InstanceOf<WorkloadAction.DeletePod>().With.Property("PodUid").EqualTo("uid-2")
            .And.Property("Precondition").EqualTo(new Precondition("set", 8, Good)));
        Assert.That(guarded.Observe(Stuck(), Start.AddSeconds(1)), Is.Empty, "it is asked for once");
        Assert.That(guarded.Observe(Report(decision, new ActionOutcome.Applied(), 2)), Is.Empty);
        Assert.That(guarded.Observe(Healed(), Start.AddSeconds(3)), Is.Empty);
    }

    [Test]
    public void What_failed_is_asked_for_again_and_a_restored_process_asks_no_sooner()
    {
        var guarded = new GuardedWorkload(Policy, Stuck());
        var first = guarded.Observe(Stuck(), Start).Single();
        guarded.Observe(Report(first, new ActionOutcome.Failed("down"), 1));
        var restored = GuardedWorkload.Restore(Policy, guarded.Capture());
        foreach (var one in new[] { guarded, restored })
        {
            Assert.That(one.Observe(Stuck(), Start.AddSeconds(2)), Is.Empty);
            Assert.That(one.Observe(Stuck(), Start.AddSeconds(4)).Single(), Has.Property("IsRetry").True.And.Property("Id").EqualTo(first.Id));
        }
    }

    [Test]
    public void Each_further_broken_pod_is_its_own_decision()
    {
        var guarded = new GuardedWorkload(Policy, Stuck());
        var first = guarded.Observe(Stuck(), Start).Single();
        var next = Stuck();
        next = next with { Pods = [.. next.Pods.Take(2), next.Pods[2] with { Uid = "uid-9" }] };
        Assert.That(guarded.Observe(next, Start.AddSeconds(1)).Single().Id, Is.Not.EqualTo(first.Id));
    }

    [Test]
    public void A_pod_that_may_not_be_deleted_is_a_person_s_and_is_asked_for_no_more()
    {
        var guarded = new GuardedWorkload(Policy, Stuck());
        var first = guarded.Observe(Stuck(), Start).Single();
        guarded.Observe(Report(first, new ActionOutcome.Impossible("Forbidden."), 1));
        var restored = GuardedWorkload.Restore(Policy, guarded.Capture());
        foreach (var one in new[] { guarded, restored })
        {
            Assert.That(one.Observe(Stuck(), Start.AddSeconds(2)).Single(), Has.Property("Kind").EqualTo(DecisionKind.Page)
                .And.Property("Reason").Contains("cannot be deleted: Forbidden. Delete it by hand."));
            Assert.That(one.Observe(Stuck(), Start.AddMinutes(2)), Is.Empty);
        }
    }

    [TestCase("ready")]
    [TestCase("not quarantined")]
    [TestCase("OnDelete")]
    [TestCase("DaemonSet")]
    [TestCase("not observed")]
    [TestCase("Observe")]
    public void A_pod_is_left_alone_that_is(string what)
    {
        var view = Stuck();
        view = what switch
        {
            "ready" => view with { Pods = [.. view.Pods.Take(2), view.Pods[2] with { ReadySince = Start }] },
            "not quarantined" => view with { Quarantined = [] },
            "OnDelete" => view with { RollsGradually = false },
            "DaemonSet" => view with { Id = view.Id with { Kind = WorkloadKind.DaemonSet } },
            "not observed" => view with { Observed = false },
            _ => view,
        };
        var guarded = new GuardedWorkload(what == "Observe" ? Policy with { Autonomy = Autonomy.Observe } : Policy, view);
        Assert.That(guarded.Observe(view, Start), Is.Empty);
    }

    internal static WorkloadView Stuck() => new()
    {
        Id = new("shop", WorkloadKind.StatefulSet, "db"),
        Uid = "set",
        Generation = 8,
        DesiredReplicas = 3,
        CurrentRevision = Good,
        Quarantined = [Bad],
        Revisions =
        [
            new() { Id = Bad, Number = 5, DesiredReplicas = 1 }, new() { Id = Good, Number = 6, DesiredReplicas = 2, KnownGood = true },
        ],
        Pods = [Pod(0, Good, Start.AddHours(-1)), Pod(1, Good, Start.AddHours(-1)), Pod(2, Bad, null)],
    };

    private static ActionReport Report(Decision decision, ActionOutcome outcome, int atSeconds) =>
        new(Start.AddSeconds(atSeconds), Stuck().Id, decision.Id, outcome);

    private static WorkloadView Healed()
    {
        var view = Stuck();
        return view with { Pods = [.. view.Pods.Take(2), Pod(2, Good, Start.AddSeconds(3)) with { Uid = "uid-new" }] };
    }

    private static PodView Pod(int ordinal, RevisionId revision, DateTimeOffset? ready) => new()
    {
        Id = new("shop", $"db-{ordinal}"),
        Uid = $"uid-{ordinal}",
        Revision = revision,
        CreatedAt = Start.AddMinutes(-2),
        ReadySince = ready,
        WaitingReason = ready is null ? "ImagePullBackOff" : null,
    };
}
