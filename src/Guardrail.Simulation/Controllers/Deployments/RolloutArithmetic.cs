namespace Guardrail.Simulation.Controllers.Deployments;

/// <summary>How many pods each ReplicaSet of a Deployment may have: pure arithmetic.</summary>
internal static class RolloutArithmetic
{
    /// <summary>Pods that the new ReplicaSet may have now.</summary>
    public static int NewSize(DeploymentView deployment, int newSize, int allSizes)
    {
        if (deployment.Recreates)
        {
            return deployment.Replicas;
        }

        var room = deployment.Replicas + deployment.MaxSurge - allSizes;
        return room <= 0 ? newSize : newSize + Math.Min(room, deployment.Replicas - newSize);
    }

    /// <summary>
    /// Sizes after the Deployment was scaled in the middle of a rollout: the change is shared in proportion, what rounding leaves over
    /// goes to the first.
    /// </summary>
    public static IReadOnlyList<(ReplicaSetView Set, int Size)> Proportional(DeploymentView deployment, IReadOnlyList<ReplicaSetView> active)
    {
        var allowed = deployment.Replicas > 0 ? deployment.Replicas + deployment.MaxSurge : 0;
        var toAdd = allowed - active.Sum(s => s.Desired);
        var sorted = toAdd > 0
            ? active.OrderByDescending(s => s.Desired).ThenByDescending(s => s.Created, StringComparer.Ordinal)
            : active.OrderByDescending(s => s.Desired).ThenBy(s => s.Created, StringComparer.Ordinal);
        var sizes = new List<(ReplicaSetView Set, int Size)>();
        var added = 0;
        foreach (var set in sorted)
        {
            var share = toAdd == 0 ? 0 : Share(deployment, set, toAdd, added);
            sizes.Add((set, set.Desired + share));
            added += share;
        }

        if (sizes.Count > 0 && toAdd != added)
        {
            sizes[0] = (sizes[0].Set, Math.Max(0, sizes[0].Size + toAdd - added));
        }

        return sizes;
    }

    private static int Share(DeploymentView deployment, ReplicaSetView set, int toAdd, int added)
    {
        if (set.Desired == 0 || toAdd == added)
        {
            return 0;
        }

        var fraction = Fraction(deployment, set);
        return toAdd > 0 ? Math.Min(fraction, toAdd - added) : Math.Max(fraction, toAdd - added);
    }

    private static int Fraction(DeploymentView deployment, ReplicaSetView set)
    {
        if (deployment.Replicas == 0)
        {
            return -set.Desired;
        }

        var before = set.AnnotatedCount(DeploymentAnnotations.MaxReplicas) ?? 0;
        before = before == 0 ? Kube.Count(deployment.Status?["replicas"]) : before;
        var size = before == 0 ? set.Desired : set.Desired * (double)(deployment.Replicas + deployment.MaxSurge) / before;
        return (int)Math.Round(size, MidpointRounding.AwayFromZero) - set.Desired;
    }
}
