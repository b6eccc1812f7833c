using System.Text.Json.Nodes;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Acting;
using Guardrail.Kubernetes.Workloads;

namespace Guardrail.Kubernetes.Tests.Acting;

/// <summary>What is written on StatefulSets and DaemonSets as a real cluster showed them.</summary>
public sealed class SetPlansTests
{
    /// <summary>db-2 has been replaced, db-1 is being, db-0 is old.</summary>
    private const long Rolling = 2000;

    /// <summary>A person's partition 2 has stopped the rollout above db-1.</summary>
    private const long Partitioned = 7000;

    /// <summary>db-2 is of a revision that cannot start.</summary>
    private const long Stuck = 10_000;

    /// <summary>The template has been written back, and db-2 is still the broken one.</summary>
    private const long StillStuck = 14_000;

    [Test]
    public void A_hold_sets_the_partition_above_the_pods_that_are_still_old_and_remembers_the_one_before()
    {
        var set = new RecordedSet(Rolling);
        var after = set.Carry(set.Plan(set.Hold()));
        Assert.That((int?)after["spec"]!["updateStrategy"]!["rollingUpdate"]!["partition"], Is.EqualTo(1), "db-1 is on its way out already");
        Assert.That(Annotations(after), Is.EquivalentTo(new Dictionary<string, string?>
        {
            [GuardrailAnnotations.PausedBy] = "d1",
            [GuardrailAnnotations.PausedRevision] = RecordedSet.Second.Hash,
            [GuardrailAnnotations.HeldPartition] = "1",
            [GuardrailAnnotations.OwnPartition] = "0",
            [GuardrailAnnotations.Reason] = "compare",
        }));
    }

    [Test]
    public void A_hold_is_made_once_and_never_below_a_partition_that_a_person_set()
    {
        var set = new RecordedSet(Partitioned);
        Assert.That(set.Outcome(set.Hold()), Is.InstanceOf<ActionOutcome.LostRace>().With.Property("Reason").Contains("partition 2 that somebody else set"));
        set = Held(out _);
        Assert.That(set.Plan(set.Hold()), Is.EqualTo(ActionPlan.Done));
        Assert.That(set.Outcome(set.Hold("d7")), Is.InstanceOf<ActionOutcome.LostRace>().With.Property("Reason").Contains("already held"));
        set.Partition = 0;
        Assert.That(set.Outcome(set.Hold()), Is.InstanceOf<ActionOutcome.LostRace>().With.Property("Reason").Contains("changed its partition to 0"));
    }

    [Test]
    public void A_rollout_that_has_replaced_every_pod_is_not_held()
    {
        var set = new RecordedSet(3000);
        Assert.That(set.Outcome(set.Hold()), Is.InstanceOf<ActionOutcome.LostRace>().With.Property("Reason").Contains("replaced already"));
    }

    [TestCase(0)]
    [TestCase(1)]
    public void A_resume_gives_back_the_partition_there_was_before(int own)
    {
        var set = Held(out var held);
        set.Annotations[GuardrailAnnotations.OwnPartition] = own.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.That(held, Is.EqualTo(1));
        var after = set.Carry(set.Plan(set.Resume()));
        Assert.That((int?)after["spec"]!["updateStrategy"]!["rollingUpdate"]!["partition"], Is.EqualTo(own));
        Assert.That(Annotations(after).Keys, Is.EquivalentTo(new[] { GuardrailAnnotations.Reason }));
    }

    [Test]
    public void A_partition_that_a_person_changed_during_the_hold_is_left_as_it_is()
    {
        var raised = Held(out _);
        raised.Partition = 3;
        Assert.That(raised.Outcome(raised.Resume()), Is.InstanceOf<ActionOutcome.LostRace>().With.Property("Reason").Contains("raised the partition"));
        var lowered = Held(out _);
        lowered.Partition = 0;
        Assert.That(lowered.Plan(lowered.Resume()), Is.EqualTo(ActionPlan.Done));
        foreach (var set in new[] { raised, lowered })
        {
            var partition = set.Partition;
            var after = set.Carry(set.Plan(set.RollBack(RecordedSet.First)));
            Assert.That((int?)after["spec"]!["updateStrategy"]!["rollingUpdate"]!["partition"], Is.EqualTo(partition));
            Assert.That(Annotations(after), Does.Not.ContainKey(GuardrailAnnotations.PausedBy));
        }
    }

    [Test]
    public void A_hold_whose_memory_of_the_partition_is_lost_is_not_resumed_blindly()
    {
        var set = Held(out _);
        set.Annotations.Remove(GuardrailAnnotations.OwnPartition);
        Assert.That(set.Outcome(set.Resume()), Is.InstanceOf<ActionOutcome.Impossible>().With.Property("Reason").Contains("by hand"));
    }

    [Test]
    public void A_rollback_writes_the_ControllerRevision_s_template_gives_the_partition_back_and_quarantines()
    {
        var set = Held(out _);
        set.Annotations[GuardrailAnnotations.Quarantined] = "older";
        var after = set.Carry(set.Plan(set.RollBack(RecordedSet.First)));
        Assert.That((string?)after["spec"]!["template"]!["spec"]!["containers"]![0]!["image"], Is.EqualTo("registry.invalid/db:1"));
        Assert.That(after["spec"]!["template"]!["$patch"], Is.Null);
        Assert.That((int?)after["spec"]!["updateStrategy"]!["rollingUpdate"]!["partition"], Is.Zero);
        Assert.That(Annotations(after), Is.EquivalentTo(new Dictionary<string, string?>
        {
            [GuardrailAnnotations.Quarantined] = "older," + RecordedSet.Second,
            [GuardrailAnnotations.RolledBackBy] = "d3",
            [GuardrailAnnotations.Reason] = "errors rose",
        }));
        var again = new RecordedSet(Rolling);
        again.Annotations[GuardrailAnnotations.RolledBackBy] = "d3";
        Assert.That(again.Plan(again.RollBack(RecordedSet.First)), Is.EqualTo(ActionPlan.Done));
    }

    [Test]
    [Category("Fault")]
    public void A_rollback_to_a_ControllerRevision_that_is_gone_names_the_history_limit()
    {
        var set = new RecordedSet(Stuck);
        set.Set["spec"]!["revisionHistoryLimit"] = 0;
        set.Revisions.RemoveAll(one => (string?)one["metadata"]!["name"] == RecordedSet.Third.Hash);
        Assert.That(set.Outcome(set.RollBack(RecordedSet.Third)), Is.InstanceOf<ActionOutcome.Impossible>().With.Property("Reason")
            .Contains("no longer exists").And.Property("Reason").Contains("revisionHistoryLimit 0"));
    }

    [TestCase(GuardrailAnnotations.Irreversible, "true")]
    [TestCase(GuardrailAnnotations.Veto, "d3")]
    public void What_a_person_wrote_since_the_decision_stops_the_rollback(string annotation, string value)
    {
        var set = new RecordedSet(Stuck);
        set.Annotations[annotation] = value;
        Assert.That(set.Outcome(set.RollBack(RecordedSet.Third)), Is.InstanceOf<ActionOutcome.LostRace>().With.Property("Reason").Contains("person"));
    }

    [TestCase("uid")]
    [TestCase("generation")]
    [TestCase("revision")]
    public void An_action_on_what_has_changed_is_a_lost_race(string what)
    {
        var set = new RecordedSet(Stuck);
        var expected = what switch
        {
            "uid" => set.Precondition with { Uid = "earlier" },
            "generation" => set.Precondition with { Generation = 2 },
            _ => set.Precondition with { CurrentRevision = RecordedSet.Second },
        };
        foreach (var action in new WorkloadAction[]
        {
            set.Hold() with { Precondition = expected }, set.RollBack(RecordedSet.Third) with { Precondition = expected },
            set.Stamp() with { Precondition = expected }, set.DeletePod("db-2") with { Precondition = expected },
        })
        {
            Assert.That(set.Outcome(action), Is.InstanceOf<ActionOutcome.LostRace>().With.Property("Reason").Contains(what == "uid" ? "made anew" : what));
        }
    }

    [Test]
    public void Every_patch_fails_when_the_set_is_another_or_has_changed()
    {
        var set = Held(out _);
        foreach (var action in new WorkloadAction[] { set.Resume(), set.RollBack(RecordedSet.First) })
        {
            var patch = ((ActionPlan.Write)set.Plan(action)).Patch;
            foreach (var (field, value) in new (string, JsonNode)[] { ("generation", 99), ("uid", "another") })
            {
                var changed = set.Set.DeepClone();
                changed["metadata"]![field] = value;
                Assert.That(PatchedObject.Apply(patch, changed.ToJsonString()), Is.Null, field);
            }
        }
    }

    [Test]
    [Category("Fault")]
    public void Only_a_broken_pod_of_a_revision_that_was_rolled_back_is_deleted()
    {
        var set = new RecordedSet(StillStuck);
        Assert.That(set.Outcome(set.DeletePod("db-2")), Is.InstanceOf<ActionOutcome.LostRace>(), "nothing was rolled back by Guardrail");
        set.Annotations[GuardrailAnnotations.Quarantined] = RecordedSet.Broken.Hash;
        var pod = set.Pods.Single(one => (string?)one["metadata"]!["name"] == "db-2");
        Assert.That(set.Plan(set.DeletePod("db-2")), Is.EqualTo(new ActionPlan.Delete(
            "api/v1/namespaces/demo-g/pods/db-2", (string)pod["metadata"]!["uid"]!, (string)pod["metadata"]!["resourceVersion"]!)));
        Assert.That(set.Outcome(set.DeletePod("db-1")), Is.InstanceOf<ActionOutcome.LostRace>(), "db-1 is of the good revision");
        Assert.That(set.Plan(set.DeletePod("db-2") with { PodUid = "the one before" }), Is.EqualTo(ActionPlan.Done));
        var ready = pod["status"]!["conditions"]!.AsArray().Single(one => (string?)one!["type"] == "Ready")!;
        ready["status"] = "True";
        Assert.That(set.Outcome(set.DeletePod("db-2")), Is.InstanceOf<ActionOutcome.LostRace>().With.Property("Reason").Contains("become ready"));
    }

    [Test]
    public void A_stamp_is_made_once_on_the_ControllerRevision_and_is_read_again()
    {
        var set = new RecordedSet(3000);
        var plan = (ActionPlan.Write)set.Plan(set.Stamp());
        Assert.That(plan.Path, Is.EqualTo("apis/apps/v1/namespaces/demo-g/controllerrevisions/" + RecordedSet.Second));
        var stamped = set.Carry(plan);
        Assert.That((string?)stamped["metadata"]!["annotations"]![GuardrailAnnotations.KnownGood], Is.EqualTo($"{RecordedSet.Second}@2026-03-09T12:00:00Z"));
        set.Revisions.RemoveAll(one => (string?)one["metadata"]!["name"] == RecordedSet.Second.Hash);
        set.Revisions.Add(stamped);
        Assert.That(set.Plan(set.Stamp()), Is.EqualTo(ActionPlan.Done));
    }

    [Test]
    public void A_DaemonSet_cannot_be_held_and_says_so_but_can_be_rolled_back_and_stamped()
    {
        var set = new RecordedSet(7000, WorkloadKind.DaemonSet);
        Assert.That(set.Outcome(set.Hold()), Is.InstanceOf<ActionOutcome.Impossible>().With.Property("Reason").Contains("has no pause"));
        var after = set.Carry(set.Plan(set.RollBack(new("7b6f9f75b9"))));
        Assert.That((string?)after["spec"]!["template"]!["spec"]!["containers"]![0]!["image"], Is.EqualTo("registry.invalid/agent:1"));
        Assert.That(Annotations(after)[GuardrailAnnotations.Quarantined], Is.EqualTo("54d5b4b4f9"));
        Assert.That(
            ((ActionPlan.Write)set.Plan(set.Stamp())).Path, Is.EqualTo("apis/apps/v1/namespaces/demo-h/controllerrevisions/agent-54d5b4b4f9"));
        Assert.That(set.Outcome(set.DeletePod((string)set.Pods[0]["metadata"]!["name"]!)), Is.InstanceOf<ActionOutcome.Impossible>());
    }

    [Test]
    [Category("Fault")]
    public void With_OnDelete_nothing_is_held_and_the_template_is_still_taken_back()
    {
        var set = new RecordedSet(20_250);
        Assert.That((string?)set.Set["spec"]!["updateStrategy"]!["type"], Is.EqualTo("OnDelete"));
        Assert.That(set.Outcome(set.Hold()), Is.InstanceOf<ActionOutcome.Impossible>().With.Property("Reason").Contains("OnDelete"));
        var after = set.Carry(set.Plan(set.RollBack(RecordedSet.Third)));
        Assert.That((string?)after["spec"]!["template"]!["spec"]!["containers"]![0]!["image"], Is.EqualTo("registry.invalid/db:3"));
        Assert.That(after["spec"]!["updateStrategy"]!.ToJsonString(), Is.EqualTo("""{"type":"OnDelete"}"""));
    }

    /// <summary>The set after Guardrail held it.</summary>
    private static RecordedSet Held(out int partition)
    {
        var set = new RecordedSet(Rolling);
        var after = set.Carry(set.Plan(set.Hold()));
        set.Set["spec"] = after["spec"]!.DeepClone();
        set.Set["metadata"]!["annotations"] = after["metadata"]!["annotations"]!.DeepClone();
        partition = set.Partition;
        return set;
    }

    private static Dictionary<string, string?> Annotations(JsonNode item) =>
        item["metadata"]!["annotations"]!.AsObject().Where(one => !one.Key.StartsWith("deprecated.", StringComparison.Ordinal))
            .ToDictionary(one => one.Key, one => (string?)one.Value);
}
