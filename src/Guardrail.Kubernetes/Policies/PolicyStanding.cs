using Guardrail.Engine.Policies;

namespace Guardrail.Kubernetes.Policies;

/// <summary>What became of a policy of the cluster.</summary>
/// <param name="Newest">The policy as it was written last.</param>
/// <param name="InForce">
/// The version in force, under the ceiling: the newest, or, where that cannot be used, the last that could; null when there is none.
/// </param>
public sealed record PolicyStanding(PolicyResource Newest, GuardPolicy? InForce)
{
    /// <summary>Whether an older version is in force than the newest.</summary>
    public bool IsOutdated => Newest.Problem is not null && InForce is not null;
}
