using Guardrail.Engine.Decisions;
using Guardrail.Engine.Workloads;

namespace Guardrail.Kubernetes.Tests.Live;

/// <summary>StatefulSets and DaemonSets on a real control plane.</summary>
[Explicit("Needs a cluster: set GUARDRAIL_TEST_KUBECONFIG to its kubeconfig (administrator).")]
[Category("Cluster")]
[CancelAfter(120_000)]
public sealed class RealSetTests
{
    [Test]
    public async Task A_StatefulSet_is_held_by_its_partition_resumed_and_rolled_back_and_its_broken_pod_deleted()
    {
        await using var live = await LiveSpace.StartAsync();
        await live.MakeWorkloadAsync(WorkloadKind.StatefulSet);
        await using var feed = live.Feed(WorkloadKind.StatefulSet);
        var first = await feed.ViewAsync(view => view.Observed && view.Pods.Count(pod => pod.ReadySince is not null) == 3);
        Assert.That(await live.Actuator.ApplyAsync(Stamp(first), default), Is.InstanceOf<ActionOutcome.Applied>());

        await live.SetImageAsync("2", WorkloadKind.StatefulSet);
        var moving = await feed.ViewAsync(view => view.Observed && view.CurrentRevision is { } now && now != first.CurrentRevision);
        var hold = new WorkloadAction.Hold { Decision = new("d1"), Workload = moving.Id, Precondition = Of(moving), Reason = "compare first" };
        Assert.That(await live.Actuator.ApplyAsync(hold, default), Is.InstanceOf<ActionOutcome.Applied>());
        var held = await feed.ViewAsync(view => view is { Observed: true, Pause: PauseState.ByGuardrail });
        var resume = new WorkloadAction.Resume { Decision = new("d2"), Workload = held.Id, Precondition = Of(held), Reason = "go on" };
        Assert.That(await live.Actuator.ApplyAsync(resume, default), Is.InstanceOf<ActionOutcome.Applied>());
        await feed.ViewAsync(view => view is { Observed: true, Pause: PauseState.Running } && view.Pods.Count(p => p.Revision == view.CurrentRevision && p.ReadySince is not null) == 3);

        await live.SetImageAsync("3-broken", WorkloadKind.StatefulSet);
        var stuck = await feed.ViewAsync(view => view.Observed && view.Pods.Any(pod => pod.Revision == view.CurrentRevision && pod.WaitingReason is not null));
        Assert.That(await live.Actuator.ApplyAsync(Rollback(stuck, moving.CurrentRevision!.Value), default), Is.InstanceOf<ActionOutcome.Applied>());
        Assert.That(await live.Actuator.ApplyAsync(Rollback(stuck, moving.CurrentRevision!.Value), default), Is.InstanceOf<ActionOutcome.AlreadyDone>());
        var back = await feed.ViewAsync(view => view.Observed && view.CurrentRevision == moving.CurrentRevision);
        Assert.That(back.Quarantined, Is.EqualTo(new[] { stuck.CurrentRevision!.Value }));

        // Its controller replaces no pod while one is not ready: without the second step it would stay so.
        var broken = back.Pods.Single(pod => pod.Revision == stuck.CurrentRevision);
        var delete = new WorkloadAction.DeletePod
        {
            Decision = new("d4"),
            Workload = back.Id,
            Precondition = Of(back),
            Reason = "in the way",
            Pod = broken.Id,
            PodUid = broken.Uid,
        };
        Assert.That(await live.Actuator.ApplyAsync(delete, default), Is.InstanceOf<ActionOutcome.Applied>());
        await feed.ViewAsync(view => view.Pods.Count(pod => pod.Revision == moving.CurrentRevision && pod.ReadySince is not null) == 3);
    }

    [Test]
    public async Task A_DaemonSet_is_rolled_back_to_its_ControllerRevision()
    {
        await using var live = await LiveSpace.StartAsync();
        await live.MakeWorkloadAsync(WorkloadKind.DaemonSet);
        await using var feed = live.Feed(WorkloadKind.DaemonSet);
        var first = await feed.ViewAsync(view => view.Observed && view.Pods.Count(pod => pod.ReadySince is not null) == 2);
        Assert.That(await live.Actuator.ApplyAsync(Stamp(first), default), Is.InstanceOf<ActionOutcome.Applied>());

        await live.SetImageAsync("2-broken", WorkloadKind.DaemonSet);
        var bad = await feed.ViewAsync(view => view.Observed && view.Pods.Any(pod => pod.Revision == view.CurrentRevision && pod.WaitingReason is not null));
        Assert.That(bad.CurrentRevision, Is.Not.EqualTo(first.CurrentRevision));
        Assert.That(
            await live.Actuator.ApplyAsync(new WorkloadAction.Hold { Decision = new("d1"), Workload = bad.Id, Precondition = Of(bad), Reason = "" }, default),
            Is.InstanceOf<ActionOutcome.Impossible>(), "it has no pause");
        Assert.That(await live.Actuator.ApplyAsync(Rollback(bad, first.CurrentRevision!.Value), default), Is.InstanceOf<ActionOutcome.Applied>());
        var back = await feed.ViewAsync(view => view.Observed && view.CurrentRevision == first.CurrentRevision
            && view.Pods.Count(pod => pod.Revision == first.CurrentRevision && pod.ReadySince is not null) == 2);
        Assert.That(back.Revision(back.CurrentRevision), Has.Property("Number").EqualTo(3).And.Property("KnownGood").True);
        Assert.That(back.Quarantined, Is.EqualTo(new[] { bad.CurrentRevision!.Value }));
    }

    private static Precondition Of(WorkloadView view) => new(view.Uid, view.Generation, view.CurrentRevision!.Value);

    private static WorkloadAction.StampKnownGood Stamp(WorkloadView view) =>
        new() { Decision = new("d0"), Workload = view.Id, Precondition = Of(view), Reason = "baked" };

    private static WorkloadAction.RollBack Rollback(WorkloadView view, RevisionId to) =>
        new() { Decision = new("d3"), Workload = view.Id, Precondition = Of(view), Reason = "errors", To = to };
}
