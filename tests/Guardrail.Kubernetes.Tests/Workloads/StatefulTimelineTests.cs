using System.Text.Json;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Workloads;

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

    [Test]
    public void A_person_s_partition_is_a_pause_once_the_rollout_stands_at_it()
    {
        var replay = Replay.Of("02g-statefulset");
        Assert.That(replay.At(6000, "db").Pause, Is.EqualTo(PauseState.Running), "partition 2, but no rollout");
        Assert.That(replay.At(6150, "db").Pause, Is.EqualTo(PauseState.ByOther), "db-2 is on its way, and nothing follows it");
        Assert.That(replay.At(7000, "db").Pause, Is.EqualTo(PauseState.ByOther));
        Assert.That(replay.At(8100, "db").Pause, Is.EqualTo(PauseState.Running), "partition 0");
    }

    [TestCase(2, "2", "db-b", PauseState.ByGuardrail)]
    [TestCase(1, "2", "db-b", PauseState.ResumedByOther)]
    [TestCase(0, "2", "db-b", PauseState.ResumedByOther)]
    [TestCase(3, "2", "db-b", PauseState.ByOther)]
    [TestCase(0, "2", "db-earlier", PauseState.Running)]
    [TestCase(2, null, null, PauseState.ByOther)]
    [TestCase(1, null, null, PauseState.Running)]
    [TestCase(0, null, null, PauseState.Running)]
    public void Whose_hold_it_is_follows_from_the_partition_that_Guardrail_set(int partition, string? held, string? revision, PauseState expected)
    {
        var annotations = held is null ? "{}" : $$"""
            {"guardrail.dev/paused-by":"d","guardrail.dev/paused-revision":"{{revision}}","guardrail.dev/held-partition":"{{held}}"}
            """;
        var set = WorkloadReader.Read(WorkloadKind.StatefulSet, JsonSerializer.Deserialize<JsonElement>($$"""
            {"metadata":{"name":"db","namespace":"shop","uid":"s","annotations":{{annotations}} },
             "spec":{"replicas":3,"updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"partition":{{partition}} } } } }
            """));
        var revisions = new[] { Revision("db-a", 1, """{"a":1}"""), Revision("db-b", 2, "{}") };
        (RevisionId, PodView)[] pods = [Pod("db-0", "db-a"), Pod("db-1", "db-a"), Pod("db-2", "db-b")];
        Assert.That(ViewBuilder.Build(set with { Template = revisions[1].Template }, revisions, pods).Pause, Is.EqualTo(expected));
    }

    [Test]
    public void A_revision_that_is_used_again_is_not_the_current_one_before_it_has_the_highest_number()
    {
        var set = WorkloadReader.Read(WorkloadKind.StatefulSet, JsonSerializer.Deserialize<JsonElement>("""
            {"metadata":{"name":"db","namespace":"shop","uid":"s","generation":3},"status":{"observedGeneration":3} }
            """));
        var (first, second) = (Revision("db-a", 1, "{}"), Revision("db-b", 2, """{"a":1}"""));
        Assert.That(ViewBuilder.Build(set with { Template = first.Template }, [first, second], []).Observed, Is.False);
        first = first with { View = first.View with { Number = 3 } };
        Assert.That(ViewBuilder.Build(set with { Template = first.Template }, [first, second], []).Observed, Is.True);
    }

    private static ClusterObject.Revision Revision(string name, long number, string template) => new(
        name, "s", new RevisionView { Id = new(name), Number = number, DesiredReplicas = 0 },
        TemplateDigest.Of(JsonSerializer.Deserialize<JsonElement>(template)));

    private static (RevisionId, PodView) Pod(string name, string revision) => (new(revision), new PodView
    {
        Id = new("shop", name),
        Uid = name,
        Revision = new(revision),
        CreatedAt = default,
    });
}
