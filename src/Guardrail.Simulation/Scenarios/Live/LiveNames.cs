using Guardrail.Engine.Decisions;
using Guardrail.Engine.Workloads;
using Guardrail.Simulation.Controllers;

namespace Guardrail.Simulation.Scenarios.Live;

/// <summary>Names revisions as the scenario does, where the cluster names them by hashes.</summary>
internal sealed class LiveNames(ILiveCluster cluster)
{
    private readonly Dictionary<(WorkloadId, string Hash), string> known = [];

    public Decision Of(Decision decision)
    {
        var rollout = Of(decision.Rollout);
        return decision with
        {
            Rollout = rollout,
            Reason = Of(decision.Rollout, decision.Reason),
        };
    }

    /// <summary>A text about a rollout.</summary>
    public string Of(RolloutId rollout, string text)
    {
        var named = Of(rollout);
        return text
            .Replace(rollout.From.Hash, named.From.Hash, StringComparison.Ordinal)
            .Replace(rollout.To.Hash, named.To.Hash, StringComparison.Ordinal);
    }

    public RolloutId Of(RolloutId rollout) => rollout with
    {
        From = new(Of(rollout.Workload, rollout.From.Hash)),
        To = new(Of(rollout.Workload, rollout.To.Hash)),
    };

    /// <summary>The cluster may have forgotten a revision that was named before.</summary>
    private string Of(WorkloadId workload, string hash)
    {
        if (!known.TryGetValue((workload, hash), out var name)
            && cluster.ReplicaSets(workload.Name).FirstOrDefault(s => Kube.Name(s) == $"{workload.Name}-{hash}") is { } set)
        {
            known[(workload, hash)] = name = cluster.RevisionOf(set);
        }

        return name ?? hash;
    }
}
