using System.Text.Json;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Rollouts;
using Guardrail.Kubernetes.Records;
using Guardrail.Kubernetes.Workloads;

namespace Guardrail.Kubernetes.Tests.Records;

/// <summary>What people ask for of a Deployment.</summary>
public sealed class RequestPatchTests
{
    [TestCase("veto-window-58c4-4", DecisionKind.Page)]
    [TestCase("rollback-58c4-4", DecisionKind.RollBack)]
    public void A_rollback_that_was_decided_is_vetoed_by_its_name_in_its_veto_window_and_later(string decision, DecisionKind kind)
    {
        var write = (RequestPlan.Write)Plan(RequestedAction.Veto, status => status with { Timeline = [Decided(decision, kind)] });
        Assert.That((string?)write.Patch["metadata"]!["annotations"]![GuardrailAnnotations.Veto], Is.EqualTo("rollback-58c4-4"));
    }

    [TestCase("hold-58c4-4-1", DecisionKind.Hold)]
    [TestCase("rollback-58c4-3", DecisionKind.RollBack)]
    public void Without_a_rollback_of_this_rollout_there_is_nothing_to_veto(string decision, DecisionKind kind) => Assert.That(
        Plan(RequestedAction.Veto, status => status with { Timeline = [Decided(decision, kind)] }),
        Is.EqualTo(new RequestPlan.Answered(RequestState.Refused, "Nothing was done: no rollback has been decided.")));

    [TestCase("alice", "INC-7", "because alice asked for it: INC-7")]
    [TestCase(null, null, "because a person asked for it")]
    public void What_a_rollback_on_request_leaves_on_the_workload_tells_who_asked_and_why(string? by, string? reason, string told)
    {
        var act = (RequestPlan.Act)Plan(RequestedAction.RollBack, s => s, by, reason);
        Assert.That(RequestPatch.ReadRollback(act.Action.Decision.Value, act.Action.Reason), Is.EqualTo(new Engine.Workloads.RequestedRollback("request-one", told)));
    }

    [TestCase("rollback-58c4-4", "rolled back because alice asked for it", null)]
    [TestCase(null, "rolled back because alice asked for it", null)]
    [TestCase("request-one", "held: errors", "because a person asked for it")]
    [TestCase("request-one", null, "because a person asked for it")]
    public void Only_a_rollback_on_request_is_taken_for_one(string? rolledBackBy, string? reason, string? told) =>
        Assert.That(RequestPatch.ReadRollback(rolledBackBy, reason)?.Why, Is.EqualTo(told));

    [Test]
    public void A_rollback_takes_configuration_back_as_the_policy_says_and_leaves_what_was_changed_after_the_release()
    {
        var record = Asked(RequestedAction.RollBack, status => status with { StartedAt = Sample.Now });
        Assert.That(RollBack(record), Has.Property("Configuration").EqualTo(ConfigurationScope.ConfigMaps).And.Property("ReleasedAt").EqualTo(Sample.Now));

        var unwritten = record with { Metadata = record.Metadata with { CreationTimestamp = Sample.Now.AddSeconds(2) }, Status = null };
        Assert.That(RollBack(unwritten).ReleasedAt, Is.EqualTo(Sample.Now.AddSeconds(2)), "nearest to what is known");
    }

    [Test]
    [Category("Fault")]
    public void What_an_earlier_process_intended_is_finished_as_it_was_intended()
    {
        var intended = Sample.RollBack("request-one") with { Configuration = ConfigurationScope.ConfigMapsAndSecrets, ReleasedAt = Sample.Now };
        var record = Asked(RequestedAction.RollBack, s => s.Intended(Intent.Of(intended, Sample.Now, "before")) with { StartedAt = Sample.Now.AddSeconds(9) });
        Assert.That(RollBack(record), Has.Property("Configuration").EqualTo(intended.Configuration).And.Property("ReleasedAt").EqualTo(Sample.Now));

        var bare = Asked(RequestedAction.RollBack, s => s.Intended(Intent.Of(Sample.RollBack("request-one"), Sample.Now, "before")));
        Assert.That(RollBack(bare).Configuration, Is.EqualTo(ConfigurationScope.None));
    }

    [TestCase("request-one", true)]
    [TestCase("rollback-58c4-4", false)]
    [Category("Fault")]
    public void A_rollout_that_the_request_itself_has_ended_is_not_refused_for_being_over(string rolledBackBy, bool isOwn)
    {
        var record = Asked(RequestedAction.RollBack, s => s.Ended(RolloutOutcome.Superseded, Sample.Now, "replaced"));
        var plan = Plan(record, $"{{\"guardrail.dev/rolled-back-by\":\"{rolledBackBy}\"}}");
        Assert.That(plan, isOwn
            ? Is.InstanceOf<RequestPlan.Act>()
            : Is.EqualTo(new RequestPlan.Answered(RequestState.Refused, "Nothing was done: the rollout is over (Superseded).")));
    }

    [TestCase("request-one", null, true)]
    [TestCase("request-one", "one", false)]
    [TestCase("request-one", "zero", true)]
    [TestCase("request-two", null, false)]
    public void A_request_waits_until_it_is_answered(string decision, string? answered, bool waits)
    {
        var record = Asked(RequestedAction.RollBack, status => status with
        {
            Request = answered is null ? null : new() { Id = answered, State = RequestState.Done, Message = "m", At = Sample.Now },
        });
        Assert.That(RequestPatch.IsUnanswered(record, decision), Is.EqualTo(waits));
    }

    private static WorkloadAction.RollBack RollBack(GuardedRollout record) =>
        (WorkloadAction.RollBack)((RequestPlan.Act)Plan(record, configuration: ConfigurationScope.ConfigMaps)).Action;

    private static RecordedDecision Decided(string name, DecisionKind kind) =>
        new() { At = Sample.Now, Decision = name, Kind = kind, Verdict = RecordedVerdict.Regressed, Reason = "r" };

    private static RequestPlan Plan(
        RequestedAction action, Func<GuardedRolloutStatus, GuardedRolloutStatus> status, string? by = null, string? reason = null) =>
        Plan(Asked(action, status, by, reason));

    private static GuardedRollout Asked(
        RequestedAction action, Func<GuardedRolloutStatus, GuardedRolloutStatus> status, string? by = null, string? reason = null)
    {
        var blank = Sample.Blank();
        return blank with
        {
            Spec = blank.Spec with { Request = new() { Id = "one", Action = action, By = by, Reason = reason } },
            Status = status(new()),
        };
    }

    private static RequestPlan Plan(GuardedRollout record, string annotations = "{}", ConfigurationScope configuration = ConfigurationScope.None)
    {
        using var workload = JsonDocument.Parse(
            $$$"""{"metadata":{"uid":"u-1","resourceVersion":"7","generation":7,"annotations":{{{annotations}}}},"spec":{}}""");
        return RequestPatch.For(record, workload.RootElement.Clone(), configuration);
    }
}
