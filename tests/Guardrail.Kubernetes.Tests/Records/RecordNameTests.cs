using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Kubernetes.Tests.Records;

public sealed class RecordNameTests
{
    [Test]
    public void The_same_rollout_has_the_same_name_in_every_process() =>
        Assert.That(RecordName.Of(Sample.Rollout(), "u-1"), Is.EqualTo("checkout-4-475c8668a8cb7430"));

    [Test]
    public void Whatever_differs_the_name_differs()
    {
        var rollout = Sample.Rollout();
        RolloutId[] others =
        [
            rollout with { Number = 5 },
            rollout with { From = new("x") },
            rollout with { To = new("x") },
            rollout with { Workload = rollout.Workload with { Kind = WorkloadKind.StatefulSet } },
            rollout with { Workload = rollout.Workload with { Name = "checkout-4" } },
        ];
        string[] names = [.. others.Append(rollout).Select(r => RecordName.Of(r, "u-1")), RecordName.Of(rollout, "u-2")];
        Assert.That(names, Is.Unique);
    }

    [Test]
    public void A_long_name_is_cut_and_stays_a_name_and_a_label()
    {
        var name = new string('a', 199) + "." + new string('b', 53);
        var workload = new WorkloadId("shop", WorkloadKind.Deployment, name);
        var cut = RecordName.Of(new(workload, new("a"), new("b"), long.MaxValue), "u");
        Assert.That(cut, Does.Match("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$").And.Length.LessThanOrEqualTo(253));
        Assert.That(RecordLabels.Of(workload)[RecordLabels.Workload], Has.Length.LessThanOrEqualTo(63));
    }
}
