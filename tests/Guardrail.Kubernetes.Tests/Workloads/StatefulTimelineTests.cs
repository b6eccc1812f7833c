using Guardrail.Engine.Workloads;

namespace Guardrail.Kubernetes.Tests.Workloads;

/// <summary>What the feed tells of a StatefulSet and a DaemonSet, whose revisions are ControllerRevisions.</summary>
public sealed class StatefulTimelineTests
{
    [Test]
    public void A_StatefulSet_rolls_and_goes_back_to_the_same_ControllerRevision()
    {
        var replay = Replay.Of("02g-statefulset");
        var before = replay.At(1500, "db");
        Assert.That(before.CurrentRevision, Is.EqualTo(new RevisionId("db-546bb7f779")));
        Assert.That(before.Pods.Select(pod => pod.Revision).Distinct(), Is.EqualTo(new[] { new RevisionId("db-546bb7f779") }));
        var during = replay.At(2000, "db");
        Assert.That(during.CurrentRevision, Is.EqualTo(new RevisionId("db-665dd6b648")));
        Assert.That(during.Revisions.Select(revision =>
            revision.DesiredReplicas), Is.EqualTo(new[] { 1, 2 }), "db-1 terminates, db-2 is new");
        var back = replay.At(3500, "db");
        Assert.That(back.CurrentRevision, Is.EqualTo(new RevisionId("db-546bb7f779")));
        Assert.That(back.Revision(back.CurrentRevision)!.Number, Is.EqualTo(3));
    }

    [Test]
    public void A_DaemonSet_is_scheduled_per_node_and_rolls()
    {
        var replay = Replay.Of("02h-daemonset");
        var last = replay.Views.Last(view => view.View.Id.Kind == WorkloadKind.DaemonSet && view.View.Observed).View;
        Assert.That(last.CurrentRevision, Is.Not.Null);
        Assert.That(replay.Views.Select(view => view.View.CurrentRevision?.Hash).Distinct().Count(hash =>
            hash is not null), Is.GreaterThanOrEqualTo(3));
        Assert.That(replay.Views.Where(view => view.View.Observed).SelectMany(view => view.View.Pods).All(pod =>
            !pod.Revision.Hash.StartsWith("agent-", StringComparison.Ordinal)), Is.True);
    }
}
