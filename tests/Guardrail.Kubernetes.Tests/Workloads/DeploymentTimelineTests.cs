using Guardrail.Engine.Ports;
using Guardrail.Engine.Workloads;

namespace Guardrail.Kubernetes.Tests.Workloads;

/// <summary>What the feed tells of the Deployments that a real API server and its controllers moved.</summary>
public sealed class DeploymentTimelineTests
{
    private static readonly string[] AllRecordings =
    [
        "02a-deployment-create-update-undo", "02b-deployment-scale-pause", "02c-deployment-history-limit",
            "02d-deployment-progress-deadline",
        "02e-deployment-strategies", "02f-deployment-adoption-collision", "02g-statefulset", "02h-daemonset",
    ];

    [Test]
    public void Two_rolls_two_undos_and_a_restart_give_this_sequence_of_revisions()
    {
        var replay = Replay.Of("02a-deployment-create-update-undo");
        var sequence = replay.Views.Where(view => view.View.Observed && view.View.CurrentRevision is not null)
            .Select(view => $"{view.View.CurrentRevision}#{view.View.Revision(view.View.CurrentRevision)!.Number}").ToArray();
        Assert.That(Collapse(sequence), Is.EqualTo(new[] { "d57648d67#1", "85d78cfff6#2", "75b7dd8677#3", "85d78cfff6#4", "d57648d67#5",
            "68b9b76b74#6" }));
        Assert.That(replay.Told[^1].Change, Is.EqualTo(new WorkloadChange.Removed(new("demo-a", WorkloadKind.Deployment, "web"))));
    }

    [Test]
    public void A_new_template_has_no_revision_until_its_ReplicaSet_exists()
    {
        var views = Replay.Of("02a-deployment-create-update-undo").Between(1140, 1220);
        Assert.That(views[0], Has.Property("CurrentRevision").Null.And.Property("Observed").False);
        Assert.That(views[1].CurrentRevision, Is.EqualTo(new RevisionId("85d78cfff6")));
        Assert.That(views[1].Observed, Is.False);
        Assert.That(views[^1].Observed, Is.True);
    }

    [Test]
    public void An_undo_finds_the_old_ReplicaSet_and_is_observed_only_with_its_new_number()
    {
        var undo = Replay.Of("02a-deployment-create-update-undo").Between(4853, 6736);
        Assert.That(undo[0].CurrentRevision, Is.EqualTo(new RevisionId("85d78cfff6")));
        Assert.That(undo.Where(view => view.Observed).Select(view => view.Revision(view.CurrentRevision)!.Number)
            .Distinct(), Is.EqualTo(new[] { 4 }));
    }

    [Test]
    public void Pods_move_from_one_revision_to_the_other_without_those_that_terminate()
    {
        var roll = Replay.Of("02a-deployment-create-update-undo").Between(1140, 2951);
        var counts = roll.Where(view => view.CurrentRevision is not null).Select(view =>
            $"{view.Pods.Count(pod => pod.Revision.Hash == "d57648d67")}+{view.Pods.Count(pod => pod.Revision == view.CurrentRevision)}")
                .ToArray();
        Assert.That(Collapse(counts), Is.EqualTo(new[] { "3+0", "3+1", "2+1", "2+2", "1+2", "1+3", "0+3" }));
        Assert.That(roll[^1].Pods.All(pod => pod.ReadySince is not null), Is.True);
    }

    [Test]
    public void A_change_of_the_template_while_paused_has_no_revision_and_the_pause_is_somebody_elses()
    {
        var replay = Replay.Of("02b-deployment-scale-pause");
        Assert.That(replay.At(5980).Pause, Is.EqualTo(PauseState.ByOther));
        var paused = replay.At(8270);
        Assert.That(paused, Has.Property("CurrentRevision").Null.And.Property("Observed").True.And.Property("Pause")
            .EqualTo(PauseState.ByOther));
        Assert.That(paused.DesiredReplicas, Is.EqualTo(5));
        Assert.That(replay.At(9800), Has.Property("CurrentRevision").EqualTo(new RevisionId("85d78cfff6")).And.Property("Pause")
            .EqualTo(PauseState.Running));
    }

    [Test]
    public void Scaling_never_looks_like_a_rollout()
    {
        var scaled = Replay.Of("02b-deployment-scale-pause").Between(120, 5140);
        Assert.That(scaled.Select(view => view.CurrentRevision).Distinct(), Is.EqualTo(new RevisionId?[] { new("d57648d67") }));
        Assert.That(Collapse([.. scaled.Select(view => view.DesiredReplicas)]), Is.EqualTo(new[] { 2, 4, 1, 0, 3 }));
    }

    [Test]
    [Category("Fault")]
    public void The_progress_deadline_is_told_for_the_rollout_it_belongs_to()
    {
        var replay = Replay.Of("02d-deployment-progress-deadline");
        Assert.That(replay.At(7000).ProgressDeadlineExceeded, Is.False);
        var stuck = replay.At(9200);
        Assert.That(stuck.ProgressDeadlineExceeded, Is.True);
        Assert.That(stuck.Pods.Single(pod => pod.Revision == stuck.CurrentRevision).WaitingReason, Is.EqualTo("ImagePullBackOff"));
        Assert.That(replay.Between(10352, 11440).Any(view => view.ProgressDeadlineExceeded), Is.False, "the undo has not failed");
        Assert.That(replay.At(11440).CurrentRevision, Is.EqualTo(new RevisionId("d57648d67")));
        var crashing = replay.At(18000);
        Assert.That(crashing.Pods.Single(pod => pod.Revision == crashing.CurrentRevision), Has.Property("Restarts").EqualTo(3)
            .And.Property("WaitingReason").EqualTo("CrashLoopBackOff"));
    }

    [Test]
    [Category("Fault")]
    public void Recreate_does_not_roll_gradually_and_a_superseded_rollout_has_three_revisions()
    {
        var replay = Replay.Of("02e-deployment-strategies");
        Assert.That(replay.At(2000, "recreate").RollsGradually, Is.False);
        Assert.That(replay.At(4900, "surge0").RollsGradually, Is.True);
        var superseded = replay.Between(10162, 11800, "roll");
        Assert.That(superseded[^1].Revisions.Select(revision => revision.DesiredReplicas), Is.EqualTo(new[] { 0, 0, 3 }));
        Assert.That(superseded.All(view => view.CurrentRevision is null
            || view.CurrentRevision == superseded[^1].CurrentRevision), Is.True);
    }

    [Test]
    public void A_pod_that_failed_is_left_out_and_one_that_became_unready_is_not()
    {
        var replay = Replay.Of("02e-deployment-strategies");
        Assert.That(replay.At(13900, "roll").Pods.Single(pod => pod.Id.Name == "roll-8dd97796-tstxn").ReadySince, Is.Null);
        Assert.That(replay.At(14500, "roll").Pods.Any(pod => pod.Id.Name == "roll-8dd97796-tstxn"), Is.False);
    }

    [Test]
    public void Orphans_lose_their_workload_and_are_adopted_by_the_next_one()
    {
        var replay = Replay.Of("02f-deployment-adoption-collision");
        var adopted = replay.Between(2368, 3181);
        Assert.That(adopted[0].Pods, Is.Empty, "nothing of the deleted Deployment is left over");
        Assert.That(adopted[^1].Pods, Has.Length.EqualTo(2));
        Assert.That(adopted[^1].Uid, Is.Not.EqualTo(replay.At(1000).Uid));
        Assert.That(replay.Told.Count(told => told.Change is WorkloadChange.Removed), Is.EqualTo(2));
    }

    [Test]
    [Category("Fault")]
    public void What_the_history_limit_removes_is_gone_from_the_view()
    {
        var replay = Replay.Of("02c-deployment-history-limit");
        Assert.That(replay.At(4500).Revisions.Select(revision => revision.Number), Is.EqualTo(new long[] { 2, 3, 4 }));
        Assert.That(replay.At(5800).Revisions.Select(revision => revision.Number), Is.EqualTo(new long[] { 4 }));
    }

    [TestCaseSource(nameof(AllRecordings))]
    public void Never_tells_the_same_view_twice(string recording)
    {
        var views = Replay.Of(recording).Views.Select(view => view.View).ToArray();
        foreach (var workload in views.GroupBy(view => view.Uid))
        {
            Assert.That(workload.Zip(workload.Skip(1)).Count(pair =>
                Kubernetes.Workloads.ViewComparer.AreEqual(pair.First, pair.Second)), Is.Zero);
        }
    }

    [TestCaseSource(nameof(AllRecordings))]
    public void The_order_in_which_the_kinds_arrive_does_not_matter(string recording)
    {
        // Every object as it was last, in reverse order of arrival, as lists of three kinds may come.
        var events = Recordings.Events(recording);
        var last = events.GroupBy(one => one.Event.GetProperty("object").GetProperty("metadata").GetProperty("uid").GetString())
            .Select(group => group.Last()).Where(one => one.Event.GetProperty("type").GetString() != "DELETED").Reverse();
        var backwards = new Replay();
        foreach (var (at, plural, recorded) in last)
        {
            backwards.Apply(at, plural, recorded);
        }

        var expected = Replay.Of(recording).Final;
        Assert.That(backwards.Final.Keys, Is.EquivalentTo(expected.Keys));
        foreach (var (id, view) in expected)
        {
            Assert.That(Kubernetes.Workloads.ViewComparer.AreEqual(view, backwards.Final[id]), Is.True,
                $"{id}: {view} {backwards.Final[id]}");
        }
    }

    private static List<T> Collapse<T>(T[] values) =>
        [.. values.Where((value, position) => position == 0 || !EqualityComparer<T>.Default.Equals(value, values[position - 1]))];
}
