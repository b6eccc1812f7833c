using System.Collections.Immutable;
using Guardrail.Engine.Counting;
using Guardrail.Engine.Evidence;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Guarding;

/// <summary>The pods of a workload, and which arm of a comparison each belongs to.</summary>
internal sealed class PodRoster(GuardPolicy policy, RevisionTracker revisions) : IPodArms
{
    /// <summary>How long after becoming ready a pod is sent its share of the requests: endpoints and proxies must learn of it first.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    private readonly Dictionary<PodId, PodView> byId = [];
    private readonly List<PodId> remade = [];
    private ImmutableArray<PodView> pods = [];

    public bool ControlIsGone
    {
        get
        {
            foreach (var pod in pods)
            {
                if (ArmOf(pod) == Arm.Control)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Whether the workload has a pod of that name.</summary>
    public bool Has(PodId pod) => byId.ContainsKey(pod);

    /// <summary>The pod of that name; null when there is none.</summary>
    public PodView? Find(PodId pod) => byId.GetValueOrDefault(pod);

    /// <summary>Takes over the pods as they are now.</summary>
    /// <returns>
    /// Names under which there is another pod than before (a StatefulSet's): neither its counters nor its revision are those of the one before.
    /// Valid until the next call.
    /// </returns>
    public IReadOnlyList<PodId> Take(WorkloadView view)
    {
        remade.Clear();
        pods = view.Pods;
        foreach (var pod in pods)
        {
            if (byId.TryGetValue(pod.Id, out var known) && known.Uid != pod.Uid)
            {
                remade.Add(pod.Id);
            }
        }

        byId.Clear();
        foreach (var pod in pods)
        {
            byId[pod.Id] = pod;
        }

        return remade;
    }

    /// <summary>The arm of a pod now; null when it belongs to neither.</summary>
    public Arm? ArmOf(PodView pod)
    {
        var watched = revisions.Watched;
        var control = watched?.Id.From ?? revisions.Serving;
        return pod.Revision == control ? Arm.Control : pod.Revision == watched?.Id.To ? Arm.Canary : null;
    }

    public Arm? ArmOf(PodId pod, DateTimeOffset since, SignalDefinition signal)
    {
        if (!byId.TryGetValue(pod, out var view)
            || (signal is SignalDefinition.Latency && !(since >= view.ReadySince + policy.WarmUp)))
        {
            return null;
        }

        return ArmOf(view);
    }

    public Arm? ReadyArmOf(PodId pod, DateTimeOffset since) =>
        byId.TryGetValue(pod, out var view) && since >= view.ReadySince + Settling ? ArmOf(view) : null;

    public bool AllReadyReport(CounterLedger ledger)
    {
        var ready = 0;
        foreach (var pod in pods)
        {
            if (pod.ReadySince is null)
            {
                continue;
            }

            ready++;
            if (!ledger.Pods.TryGetValue(pod.Id, out var counters) || !counters.Advanced)
            {
                return false;
            }
        }

        return ready > 0;
    }
}
