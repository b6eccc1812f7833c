using Guardrail.Engine.Workloads;

namespace Guardrail.Kubernetes.Tests.Workloads;

/// <summary>What the feed tells of the Deployments that a real API server and its controllers moved.</summary>
public sealed class DeploymentTimelineTests
{
    [Test]
    public void Dump([Values("02a-deployment-create-update-undo", "02b-deployment-scale-pause", "02d-deployment-progress-deadline", "02e-deployment-strategies", "02f-deployment-adoption-collision", "02g-statefulset", "02h-daemonset")] string name)
    {
        var replay = Replay.Of(name);
        foreach (var (at, change) in replay.Told)
        {
            if (change is Engine.Ports.WorkloadChange.Changed { Workload: var v })
            {
                TestContext.Out.WriteLine($"{at} {v.Id} gen={v.Generation} obs={v.Observed} des={v.DesiredReplicas} cur={v.CurrentRevision} pause={v.Pause} pde={v.ProgressDeadlineExceeded} rolls={v.RollsGradually} revs=[{string.Join(" ", v.Revisions.Select(r => $"{r.Id}#{r.Number}:{r.DesiredReplicas}"))}] pods=[{string.Join(" ", v.Pods.Select(p => $"{p.Id.Name[^5..]}@{p.Revision}{(p.ReadySince is null ? "" : "+")}{p.WaitingReason}{p.Restarts}"))}]");
            }
            else
            {
                TestContext.Out.WriteLine($"{at} {change}");
            }
        }
    }
}
