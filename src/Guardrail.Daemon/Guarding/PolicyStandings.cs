using Guardrail.Kubernetes.Policies;

namespace Guardrail.Daemon.Guarding;

/// <summary>What became of each policy of the cluster, for whoever wants to see it; nothing where policies come from files.</summary>
internal sealed class PolicyStandings
{
    private volatile IReadOnlyList<PolicyStanding> all = [];

    /// <summary>Every policy, by namespace and name.</summary>
    public IReadOnlyList<PolicyStanding> All => all;

    /// <summary>Takes over how they stand now.</summary>
    public void Tell(IReadOnlyList<PolicyStanding> now) => all = now;
}
