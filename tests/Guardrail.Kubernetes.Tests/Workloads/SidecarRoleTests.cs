using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Workloads;

namespace Guardrail.Kubernetes.Tests.Workloads;

internal sealed class SidecarRoleTests
{
    [Test]
    public void Only_who_acts_may_change_a_workload_and_only_of_a_StatefulSet_may_a_pod_be_deleted(
        [Values] WorkloadKind kind, [Values] Autonomy autonomy, [Values] bool records)
    {
        var rules = SidecarRole.Rules(kind, "checkout", autonomy, records);
        var acts = autonomy is Autonomy.Veto or Autonomy.Enforce;

        Assert.That(rules.Where(rule => rule.Group == "apps").Select(rule => rule.Verbs.Contains("patch")), Is.All.EqualTo(acts));
        Assert.That(rules.Single(rule => rule.Resource == "pods").Verbs.Contains("delete"), Is.EqualTo(acts && kind == WorkloadKind.StatefulSet));
        Assert.That(rules.Any(rule => rule.Group == "guardrail.dev"), Is.EqualTo(records));
        Assert.That(rules.SelectMany(rule => rule.Verbs), Has.None.EqualTo("*").And.None.EqualTo("deletecollection"));
        Assert.That(rules.Single(rule => rule.Resource == OwnWorkload.Plural(kind)).Names, Is.EqualTo(new[] { "checkout" }));
    }

    [Test]
    public void Leases_of_different_workloads_have_different_names_that_Kubernetes_takes()
    {
        var (one, other) = (new string('a', 240) + "x", new string('a', 240) + "y");
        string[] names =
        [
            .. Enum.GetValues<WorkloadKind>().SelectMany(kind => new[] { "checkout", one, other }.Select(name => OwnWorkload.LeaseName(kind, name))),
        ];

        Assert.That(names, Is.Unique);
        Assert.That(names, Is.All.Matches<string>(name => name!.Length <= 253 && char.IsAsciiLetterOrDigit(name[^1])));
    }
}
