using System.Text.Json.Nodes;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Acting;
using Guardrail.Kubernetes.Workloads;

namespace Guardrail.Kubernetes.Tests.Acting;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DeploymentPlansTests
{
    private readonly RecordedRollout rollout = new();

    [Test]
    public void A_rollback_writes_the_old_template_without_its_hash_label_and_quarantines_the_bad_revision()
    {
        rollout.Deployment["spec"]!["paused"] = true;
        rollout.Annotations[GuardrailAnnotations.PausedBy] = "d0";
        rollout.Annotations[GuardrailAnnotations.PausedRevision] = "75b7dd8677";
        rollout.Annotations[GuardrailAnnotations.Quarantined] = "older";
        var after = rollout.After(rollout.Plan(rollout.RollBack(RecordedRollout.Second)));
        Assert.That((string?)after["spec"]!["template"]!["spec"]!["containers"]![0]!["image"], Is.EqualTo("registry.invalid/web:2"));
        Assert.That(after["spec"]!["template"]!["metadata"]!["labels"]!.ToJsonString(), Is.EqualTo("""{"app":"web"}"""));
        Assert.That(after["spec"]!["paused"], Is.Null);
        var annotations = after["metadata"]!["annotations"]!.AsObject().ToDictionary(one => one.Key, one => (string?)one.Value);
        Assert.That(annotations, Is.EquivalentTo(new Dictionary<string, string?>
        {
            ["deployment.kubernetes.io/revision"] = "3",
            [GuardrailAnnotations.Quarantined] = "older,75b7dd8677",
            [GuardrailAnnotations.RolledBackBy] = "d3",
            [GuardrailAnnotations.Reason] = "errors rose",
        }));
    }

    [Test]
    public void A_rollback_keeps_fields_that_this_client_does_not_know()
    {
        var old = rollout.ReplicaSets.Single(set => (string?)set["metadata"]!["labels"]!["pod-template-hash"] == "85d78cfff6");
        old["spec"]!["template"]!["spec"]!["fieldOfTheFuture"] = JsonNode.Parse("""{"a":[1]}""");
        var after = rollout.After(rollout.Plan(rollout.RollBack(RecordedRollout.Second)));
        Assert.That(after["spec"]!["template"]!["spec"]!["fieldOfTheFuture"]!.ToJsonString(), Is.EqualTo("""{"a":[1]}"""));
    }

    [Test]
    public void A_rollback_that_was_made_is_not_made_again()
    {
        rollout.Annotations[GuardrailAnnotations.RolledBackBy] = "d3";
        Assert.That(rollout.Plan(rollout.RollBack(RecordedRollout.Second)), Is.EqualTo(ActionPlan.Done));
        Assert.That(rollout.Plan(rollout.RollBack(RecordedRollout.Second, "another")), Is.InstanceOf<ActionPlan.Write>());
    }

    [Test]
    public void A_rollback_to_a_revision_that_is_gone_names_the_history_limit()
    {
        rollout.ReplicaSets.RemoveAll(set => (string?)set["metadata"]!["labels"]!["pod-template-hash"] == "d57648d67");
        Assert.That(Outcome(rollout.RollBack(RecordedRollout.First)), Is.InstanceOf<ActionOutcome.Impossible>().With.Property("Reason")
            .EqualTo(
            "Revision d57648d67 of demo-a/web no longer exists (it holds 85d78cfff6, 75b7dd8677 with revisionHistoryLimit 10); "
            + "raise spec.revisionHistoryLimit, and deploy a good template by hand now."));
    }

    [Test]
    public void A_ReplicaSet_of_somebody_elses_with_the_same_labels_is_no_target()
    {
        var old = rollout.ReplicaSets.Single(set => (string?)set["metadata"]!["labels"]!["pod-template-hash"] == "85d78cfff6");
        old["metadata"]!["ownerReferences"]![0]!["uid"] = "another";
        Assert.That(Outcome(rollout.RollBack(RecordedRollout.Second)), Is.InstanceOf<ActionOutcome.Impossible>());
    }

    [Test]
    public void A_rollback_from_a_revision_to_itself_is_refused() =>
        Assert.That(Outcome(rollout.RollBack(RecordedRollout.Third)), Is.InstanceOf<ActionOutcome.Impossible>());

    [TestCase("uid")]
    [TestCase("generation")]
    [TestCase("revision")]
    public void An_action_on_what_has_changed_is_a_lost_race_that_names_the_difference(string what)
    {
        var expected = rollout.Precondition;
        expected = what switch
        {
            "uid" => expected with { Uid = "earlier" },
            "generation" => expected with { Generation = 2 },
            _ => expected with { CurrentRevision = RecordedRollout.Second },
        };
        foreach (var action in new WorkloadAction[]
        {
            rollout.Hold() with { Precondition = expected }, rollout.RollBack(RecordedRollout.First) with { Precondition = expected },
            rollout.Stamp() with { Precondition = expected },
        })
        {
            Assert.That(Outcome(action), Is.InstanceOf<ActionOutcome.LostRace>().With.Property("Reason").Contains(what == "uid"
                ? "made anew" : what));
        }
    }

    [Test]
    public void A_hold_pauses_and_says_who_and_which_revision()
    {
        var after = rollout.After(rollout.Plan(rollout.Hold()));
        Assert.That((bool?)after["spec"]!["paused"], Is.True);
        Assert.That((string?)after["metadata"]!["annotations"]![GuardrailAnnotations.PausedBy], Is.EqualTo("d1"));
        Assert.That((string?)after["metadata"]!["annotations"]![GuardrailAnnotations.PausedRevision], Is.EqualTo("75b7dd8677"));
    }

    [Test]
    public void A_hold_is_made_once_and_never_on_top_of_somebody_elses()
    {
        rollout.Deployment["spec"]!["paused"] = true;
        Assert.That(Outcome(rollout.Hold()), Is.InstanceOf<ActionOutcome.LostRace>().With.Property("Reason").Contains("somebody else"));
        rollout.Annotations[GuardrailAnnotations.PausedBy] = "d1";
        Assert.That(rollout.Plan(rollout.Hold()), Is.EqualTo(ActionPlan.Done));
        rollout.Deployment["spec"]!.AsObject().Remove("paused");
        Assert.That(Outcome(rollout.Hold()), Is.InstanceOf<ActionOutcome.LostRace>().With.Property("Reason").Contains("let it go on"));
    }

    [Test]
    public void A_resume_takes_back_only_a_pause_of_its_own()
    {
        Assert.That(rollout.Plan(rollout.Resume()), Is.EqualTo(ActionPlan.Done));
        rollout.Deployment["spec"]!["paused"] = true;
        Assert.That(Outcome(rollout.Resume()), Is.InstanceOf<ActionOutcome.LostRace>());
        rollout.Annotations[GuardrailAnnotations.PausedBy] = "d1";
        var after = rollout.After(rollout.Plan(rollout.Resume()));
        Assert.That(after["spec"]!["paused"], Is.Null);
        Assert.That(after["metadata"]!["annotations"]![GuardrailAnnotations.PausedBy], Is.Null);
    }

    [Test]
    public void A_stamp_names_the_hash_it_is_for_and_is_made_once()
    {
        var plan = (ActionPlan.Write)rollout.Plan(rollout.Stamp());
        Assert.That(plan.Path, Is.EqualTo("apis/apps/v1/namespaces/demo-a/replicasets/web-75b7dd8677"));
        var stamped = rollout.After(plan);
        Assert.That((string?)stamped["metadata"]!["annotations"]![GuardrailAnnotations.KnownGood], Is.EqualTo(
            "75b7dd8677@2026-03-09T12:00:00Z"));
        rollout.ReplicaSets.RemoveAll(set => (string?)set["metadata"]!["name"] == "web-75b7dd8677");
        rollout.ReplicaSets.Add(stamped);
        Assert.That(rollout.Plan(rollout.Stamp()), Is.EqualTo(ActionPlan.Done));
    }

    [Test]
    public void Every_patch_fails_when_the_workload_is_another_or_has_changed()
    {
        rollout.Deployment["spec"]!["paused"] = true;
        rollout.Annotations[GuardrailAnnotations.PausedBy] = "d1";
        foreach (var action in new WorkloadAction[] { rollout.Resume(), rollout.RollBack(RecordedRollout.First) })
        {
            var patch = ((ActionPlan.Write)rollout.Plan(action)).Patch;
            var changed = rollout.Deployment.DeepClone();
            changed["metadata"]!["generation"] = 4;
            Assert.That(PatchedObject.Apply(patch, changed.ToJsonString()), Is.Null);
            changed = rollout.Deployment.DeepClone();
            changed["metadata"]!["uid"] = "another";
            Assert.That(PatchedObject.Apply(patch, changed.ToJsonString()), Is.Null);
            changed = rollout.Deployment.DeepClone();
            changed["metadata"]!["resourceVersion"] = "99999";
            Assert.That(PatchedObject.Apply(patch, changed.ToJsonString()), Is.Not.Null, "a change of status does not matter");
        }
    }

    [Test]
    public void Annotations_that_the_controller_may_be_adding_are_not_overwritten()
    {
        rollout.Deployment["metadata"]!.AsObject().Remove("annotations");
        var patch = ((ActionPlan.Write)rollout.Plan(rollout.Hold())).Patch;
        var meanwhile = rollout.Deployment.DeepClone();
        meanwhile["metadata"]!["annotations"] = new JsonObject { ["deployment.kubernetes.io/revision"] = "3" };
        meanwhile["metadata"]!["resourceVersion"] = "99999";
        Assert.That(PatchedObject.Apply(patch, meanwhile.ToJsonString()), Is.Null);
        Assert.That(PatchedObject.Apply(patch, rollout.Deployment.ToJsonString()), Is.Not.Null);
    }

    private ActionOutcome Outcome(WorkloadAction action) => ((ActionPlan.Finished)rollout.Plan(action)).Outcome;
}
