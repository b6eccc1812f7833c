using Guardrail.Cli.OnCall;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Cli.Tests.OnCall;

internal sealed class RolloutNameTests
{
    [TestCase("deploy/checkout", WorkloadKind.Deployment)]
    [TestCase("Deployment/checkout", WorkloadKind.Deployment)]
    [TestCase("deployments/checkout", WorkloadKind.Deployment)]
    [TestCase("deployment.apps/checkout", WorkloadKind.Deployment)]
    [TestCase("sts/checkout", WorkloadKind.StatefulSet)]
    [TestCase("statefulsets.apps/checkout", WorkloadKind.StatefulSet)]
    [TestCase("ds/checkout", WorkloadKind.DaemonSet)]
    public void A_workload_is_named_as_for_kubectl(string text, WorkloadKind kind)
    {
        Assert.That(RolloutName.TryParse(text, out var name), Is.Null);
        Assert.That(name, Is.EqualTo(new RolloutName.Workload(kind, "checkout")));
    }

    [Test]
    public void A_request_goes_to_the_rollout_for_which_it_makes_sense()
    {
        var (running, undone) = (Fixtures.Rollout(number: 6), Fixtures.RolledBack());
        Assert.That(RequestVerb.Release.Choose([running, undone]), Is.SameAs(undone));
        Assert.That(RequestVerb.RollBack.Choose([undone, running]), Is.SameAs(running));
        Assert.That(RequestVerb.Hold.Choose([undone]), Is.SameAs(undone), "the daemon says that it is over");
    }
}
