namespace Guardrail.Simulation.Scenarios.Play;

/// <summary>
/// How the Deployment controller sizes its ReplicaSets: the rules of the embedded controllers, over plain numbers. A test plays both and compares.
/// </summary>
internal static class RollingUpdate
{
    /// <summary>Pods above the wanted number: as asked for, or a quarter, rounded up.</summary>
    public static int MaxSurge(ScenarioService service, int replicas) => service.Strategy.MaxSurge ?? (replicas + 3) / 4;

    /// <summary>Pods below the wanted number: as asked for, or a quarter, rounded down; one when neither may be above 0.</summary>
    public static int MaxUnavailable(ScenarioService service, int replicas)
    {
        var most = service.Strategy.MaxUnavailable ?? replicas / 4;
        return most == 0 && MaxSurge(service, replicas) == 0 ? 1 : most;
    }

    /// <summary>Gives the new revision what surge allows. True when its size changed.</summary>
    public static bool GrowNewest(ScenarioService service, int replicas, List<VirtualRevision> all, VirtualRevision newest)
    {
        if (newest.Desired == replicas)
        {
            return false;
        }

        var room = replicas + MaxSurge(service, replicas) - Sum(all);
        var size = newest.Desired > replicas ? replicas : room <= 0 ? newest.Desired : newest.Desired + Math.Min(room, replicas - newest.Desired);
        return Resize(newest, size);
    }

    /// <summary>Takes from old revisions what availability allows: pods that are not ready first, oldest revision first. True when a size changed.</summary>
    public static bool ShrinkOld(ScenarioService service, int replicas, List<VirtualRevision> all, VirtualRevision newest)
    {
        var least = replicas - MaxUnavailable(service, replicas);
        var most = Sum(all) - least - (newest.Desired - newest.Ready);
        if (most <= 0 || Sum(all) == newest.Desired)
        {
            return false;
        }

        var taken = 0;
        foreach (var old in all)
        {
            if (old != newest && Math.Min(most - taken, old.Desired - old.Ready) is > 0 and var unhealthy)
            {
                old.Desired -= unhealthy;
                taken += unhealthy;
            }
        }

        var spare = -least;
        foreach (var revision in all)
        {
            spare += revision.Ready;
        }

        foreach (var old in all)
        {
            if (old != newest && Math.Min(old.Desired, spare) is > 0 and var healthy)
            {
                old.Desired -= healthy;
                spare -= healthy;
                taken += healthy;
            }
        }

        return taken > 0;
    }

    /// <summary>Takes every old revision down to 0. True when a size changed.</summary>
    public static bool StopOld(List<VirtualRevision> all, VirtualRevision? newest)
    {
        var changed = false;
        foreach (var old in all)
        {
            changed |= old != newest && Resize(old, 0);
        }

        return changed;
    }

    private static bool Resize(VirtualRevision revision, int size)
    {
        var changed = revision.Desired != size;
        revision.Desired = size;
        return changed;
    }

    private static int Sum(List<VirtualRevision> all)
    {
        var sum = 0;
        foreach (var revision in all)
        {
            sum += revision.Desired;
        }

        return sum;
    }
}
