using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Contest;
using Guardrail.Kubernetes.Records;
using Guardrail.Kubernetes.Tests.Acting;
using Guardrail.Kubernetes.Workloads;

namespace Guardrail.Kubernetes.Tests.Contest;

/// <summary>A rollback marks the template that it leaves, and that template is known again when somebody writes it back.</summary>
public sealed class ReturnCheckTests
{
    private static readonly RolloutId Rollout = new(RecordedRollout.Web, RecordedRollout.Second, RecordedRollout.Third, 3);

    [Test]
    public void The_template_that_was_left_is_refused_with_the_record_and_the_way_out()
    {
        var recorded = new RecordedRollout();
        var (stored, bad) = RolledBack(recorded);

        var why = Check(stored, With(stored, bad));

        var record = RecordName.Of(Rollout, recorded.Uid);
        Assert.That(why, Is.EqualTo($"this template of deployment/web is revision 75b7dd8677, which Guardrail rolled back (errors rose); record {record}. "
            + $"Deploy another one, or release it: guardrail release {record} -n demo-a --reason WHY"));
        Assert.That((string?)stored["metadata"]!["labels"]![GuardrailAnnotations.RefusesLabel], Is.EqualTo("true"));
    }

    [Test]
    public void The_controllers_label_and_empty_fields_make_no_other_template_of_it()
    {
        var (stored, bad) = RolledBack(new());
        bad["metadata"]!["labels"]!["pod-template-hash"] = "75b7dd8677";
        bad["metadata"]!["annotations"] = new JsonObject();
        bad["metadata"]!["creationTimestamp"] = null;
        Assert.That(Check(stored, With(stored, bad)), Is.Not.Null);
    }

    [Test]
    public void A_write_that_takes_the_mark_away_together_with_it_is_refused_as_well()
    {
        var (stored, bad) = RolledBack(new());
        var replaced = With(stored, bad);
        replaced["metadata"]!.AsObject().Remove("annotations");
        replaced["metadata"]!.AsObject().Remove("labels");
        Assert.That(Check(stored, replaced), Is.Not.Null, "as kubectl replace does");
    }

    [Test]
    public void Everything_else_passes()
    {
        var (stored, bad) = RolledBack(new());
        var scaled = (JsonObject)stored.DeepClone();
        scaled["spec"]!["replicas"] = 9;
        var other = (JsonObject)bad.DeepClone();
        other["spec"]!["containers"]![0]!["image"] = "registry.invalid/web:4";
        var released = (JsonObject)stored.DeepClone();
        released["metadata"]!["annotations"]!.AsObject().Remove(GuardrailAnnotations.Quarantined);
        var isBack = With(stored, bad);
        var unrelated = (JsonObject)isBack.DeepClone();
        unrelated["metadata"]!["labels"]!["team"] = "web";

        Assert.That(Check(stored, scaled), Is.Null, "the number of pods");
        Assert.That(Check(stored, With(stored, other)), Is.Null, "another template");
        Assert.That(Check(released, With(released, bad)), Is.Null, "a release by hand: the hash is taken out of the quarantine");
        Assert.That(Check(isBack, unrelated), Is.Null, "it is stored already, as when nobody could be asked: other changes pass");
        Assert.That(ReturnCheck.WhyNot(default, JsonSerializer.SerializeToElement(stored)), Is.Null, "nothing is stored");
    }

    [TestCase("nonsense")]
    [TestCase("58c9=xyz=record")]
    [TestCase("58c9=00000000000000000000000000000001")]
    [TestCase("=00000000000000000000000000000001=record")]
    public void What_is_spoiled_refuses_nothing(string value) => Assert.That(RefusedTemplates.Read(value), Is.Empty);

    [Test]
    public void At_most_ten_are_kept_and_each_can_be_taken_away()
    {
        var value = Enumerable.Range(1, 12).Aggregate((string?)null, (text, n) => RefusedTemplates.Add(text, new(new($"h{n}"), new((UInt128)n), $"record-{n}")));
        Assert.That(RefusedTemplates.Read(value).Select(r => r.Revision.Hash), Is.EqualTo(Enumerable.Range(3, 10).Select(n => $"h{n}")));
        Assert.That(RefusedTemplates.Read(RefusedTemplates.Remove(value, new("h3"))).Select(r => r.Record), Has.None.EqualTo("record-3").And.Exactly(9).Items);
        Assert.That(RefusedTemplates.Remove("58c9=0000000000000000000000000000000a=r", new("58c9")), Is.Null);
    }

    [Test]
    public void A_rollback_without_the_policys_wish_marks_nothing()
    {
        var recorded = new RecordedRollout();
        var after = recorded.After(recorded.Plan(recorded.RollBack(RecordedRollout.Second)));
        Assert.That(after["metadata"]!["labels"]?[GuardrailAnnotations.RefusesLabel], Is.Null);
        Assert.That(after["metadata"]!["annotations"]![GuardrailAnnotations.RefusedTemplates], Is.Null);
    }

    [Test]
    public void The_intent_remembers_that_it_was_wished_for()
    {
        var action = new RecordedRollout().RollBack(RecordedRollout.Second) with { Refused = Rollout };
        Assert.That(Intent.Of(action, DateTimeOffset.UnixEpoch, "one").ToAction(Rollout), Is.EqualTo(action));
    }

    [Test]
    public void The_intent_of_a_suspension_can_be_finished_from_the_record_alone()
    {
        var action = new WorkloadAction.SuspendSource
        {
            Decision = new("suspend-75b7dd8677-3"),
            Workload = RecordedRollout.Web,
            Precondition = new("u", 4, RecordedRollout.Third),
            Reason = "it came back",
            Manager = "argocd-controller",
            ArgoCdNamespace = "gitops",
        };
        Assert.That(Intent.Of(action, DateTimeOffset.UnixEpoch, "one").ToAction(Rollout), Is.EqualTo(action));
    }

    private static (JsonObject Stored, JsonObject Bad) RolledBack(RecordedRollout recorded)
    {
        var bad = (JsonObject)recorded.Deployment["spec"]!["template"]!.DeepClone();
        var after = recorded.After(recorded.Plan(recorded.RollBack(RecordedRollout.Second) with { Refused = Rollout }));
        return ((JsonObject)after, bad);
    }

    private static JsonObject With(JsonObject stored, JsonObject template)
    {
        var changed = (JsonObject)stored.DeepClone();
        changed["spec"]!["template"] = template.DeepClone();
        return changed;
    }

    private static string? Check(JsonObject before, JsonObject after) =>
        ReturnCheck.WhyNot(JsonSerializer.SerializeToElement(before), JsonSerializer.SerializeToElement(after));
}
