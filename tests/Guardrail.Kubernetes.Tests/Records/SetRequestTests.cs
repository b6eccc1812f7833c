using System.Text.Json;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Kubernetes.Tests.Records;

/// <summary>What people ask for of StatefulSets and DaemonSets.</summary>
public sealed class SetRequestTests
{
    [Test]
    public void A_moving_StatefulSet_is_held_above_the_first_pod_that_is_not_replaced()
    {
        var write = (RequestPlan.Write)Plan(RequestedAction.Hold, partition: 0, updated: 1);
        Assert.That(PartitionOf(write), Is.EqualTo(3));
        Assert.That((string?)write.Patch["metadata"]!["annotations"]!["guardrail.dev/paused-by"], Is.Null, "a person's, not Guardrail's");
        Assert.That((string?)write.Patch["metadata"]!["annotations"]!["guardrail.dev/own-partition"], Is.EqualTo("0"));
        Assert.That((string?)write.Patch["metadata"]!["resourceVersion"], Is.EqualTo("7"), "conditional");
    }

    [Test]
    public void What_Guardrail_holds_becomes_the_persons_and_its_own_partition_is_kept()
    {
        var write = (RequestPlan.Write)Plan(RequestedAction.Hold, partition: 3, updated: 1, annotations: Held);
        Assert.That(PartitionOf(write), Is.EqualTo(3));
        Assert.That(write.Patch["metadata"]!["annotations"]!.AsObject().ContainsKey("guardrail.dev/paused-by"), "the name of Guardrail's decision is taken away");
        Assert.That((string?)write.Patch["metadata"]!["annotations"]!["guardrail.dev/own-partition"], Is.EqualTo("1"));
    }

    [TestCase(Held)]
    [TestCase("""{"guardrail.dev/own-partition": "1"}""")]
    public void A_resume_gives_the_own_partition_back_and_says_that_it_is_not_to_be_held_again(string annotations)
    {
        var write = (RequestPlan.Write)Plan(RequestedAction.Resume, partition: 3, updated: 1, annotations: annotations);
        Assert.That(PartitionOf(write), Is.EqualTo(1));
        var written = write.Patch["metadata"]!["annotations"]!;
        Assert.That((string?)written["guardrail.dev/paused-by"], Is.Not.Null);
        Assert.That((string?)written["guardrail.dev/held-partition"], Is.EqualTo("3"), "a lower partition under a holder's name means: resumed by somebody else");
        Assert.That((string?)written["guardrail.dev/paused-revision"], Is.EqualTo("db-new"));
    }

    [Test]
    public void A_partition_that_a_person_set_already_is_left_as_it_is()
    {
        var answered = (RequestPlan.Answered)Plan(RequestedAction.Hold, partition: 3, updated: 1);
        Assert.That((answered.State, answered.Message), Is.EqualTo((RequestState.Done, "It stands still already, by the partition 3, and not by Guardrail.")));
    }

    [Test]
    public void What_is_not_held_need_not_be_resumed() =>
        Assert.That(Plan(RequestedAction.Resume, partition: 0, updated: 1), Is.EqualTo(new RequestPlan.Answered(RequestState.Done, "It is not held.")));

    [TestCase(RequestedAction.Hold, 0, 4, WorkloadKind.StatefulSet, "RollingUpdate", "every pod has been replaced already")]
    [TestCase(RequestedAction.Hold, 0, 1, WorkloadKind.StatefulSet, "OnDelete", "its strategy is OnDelete")]
    [TestCase(RequestedAction.Hold, 0, 1, WorkloadKind.DaemonSet, "RollingUpdate", "a DaemonSet has no pause")]
    [TestCase(RequestedAction.Resume, 0, 1, WorkloadKind.DaemonSet, "RollingUpdate", "a DaemonSet has no pause")]
    public void What_cannot_be_done_is_answered_with_the_reason(
        RequestedAction action, int partition, int updated, WorkloadKind kind, string strategy, string reason)
    {
        var answered = (RequestPlan.Answered)Plan(action, partition, updated, kind, strategy);
        Assert.That(answered.State, Is.EqualTo(RequestState.Refused));
        Assert.That(answered.Message, Does.StartWith("Nothing was done: ").And.Contain(reason));
    }

    [TestCase(WorkloadKind.StatefulSet)]
    [TestCase(WorkloadKind.DaemonSet)]
    public void A_rollback_is_carried_out_as_any_other(WorkloadKind kind)
    {
        var act = (RequestPlan.Act)Plan(RequestedAction.RollBack, partition: 0, updated: 1, kind);
        Assert.That(act.Action.Precondition.CurrentRevision, Is.EqualTo(new RevisionId("db-new")));
        Assert.That(RequestPatch.IsRequest(act.Action.Decision.Value));
    }

    private const string Held =
        """{"guardrail.dev/paused-by": "hold-1", "guardrail.dev/held-partition": "3", "guardrail.dev/own-partition": "1", "guardrail.dev/paused-revision": "db-new"}""";

    private static int PartitionOf(RequestPlan.Write write) => (int)write.Patch["spec"]!["updateStrategy"]!["rollingUpdate"]!["partition"]!;

    private static RequestPlan Plan(
        RequestedAction action, int partition, int updated, WorkloadKind kind = WorkloadKind.StatefulSet, string strategy = "RollingUpdate",
        string annotations = "{}")
    {
        var record = new GuardedRollout
        {
            Metadata = new() { Name = "db", Namespace = "shop" },
            Spec = new()
            {
                Workload = new() { Kind = kind, Name = "db", Uid = "u-1" },
                Policy = "test",
                From = "db-old",
                To = "db-new",
                Number = 2,
                Request = new() { Id = "one", Action = action, By = "alice" },
            },
        };
        using var workload = JsonDocument.Parse($$$"""
            {
              "metadata": {"name": "db", "namespace": "shop", "uid": "u-1", "resourceVersion": "7", "generation": 2, "annotations": {{{annotations}}}},
              "spec": {"replicas": 4, "template": {"spec": {"containers": [{"name": "db", "image": "db:2"}]}},
                       "updateStrategy": {"type": "{{{strategy}}}", "rollingUpdate": {"partition": {{{partition}}} } } },
              "status": {"observedGeneration": 2, "replicas": 4, "updatedReplicas": {{{updated}}}}
            }
            """);
        return RequestPatch.For(record, workload.RootElement);
    }
}
