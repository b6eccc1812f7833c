using System.Text.Json;
using Guardrail.Engine.Decisions;
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

    private static RecordedDecision Decided(string name, DecisionKind kind) =>
        new() { At = Sample.Now, Decision = name, Kind = kind, Verdict = RecordedVerdict.Regressed, Reason = "r" };

    private static RequestPlan Plan(
        RequestedAction action, Func<GuardedRolloutStatus, GuardedRolloutStatus> status, string? by = null, string? reason = null)
    {
        var blank = Sample.Blank();
        var record = blank with
        {
            Spec = blank.Spec with { Request = new() { Id = "one", Action = action, By = by, Reason = reason } },
            Status = status(new()),
        };
        using var workload = JsonDocument.Parse("""{"metadata":{"uid":"u-1","resourceVersion":"7","generation":7},"spec":{}}""");
        return RequestPatch.For(record, workload.RootElement.Clone());
    }
}
