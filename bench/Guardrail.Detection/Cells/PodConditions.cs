namespace Guardrail.Detection.Cells;

/// <summary>What holds for one pod in one tick.</summary>
/// <param name="Errors">Share of its requests that fails.</param>
/// <param name="Arriving">Share of the requests meant for it that arrive.</param>
/// <param name="Restarts">Whether it restarts at the beginning of the tick.</param>
/// <param name="SlowShare">Share of its requests that a defect slows.</param>
/// <param name="SlowSeconds">By how much.</param>
/// <param name="LatencyFactor">Factor on its latency by a defect.</param>
internal readonly record struct PodConditions(
    double Errors, double Arriving, bool Restarts, double SlowShare, double SlowSeconds, double LatencyFactor)
{
    /// <summary>Whether the restart is an out-of-memory kill.</summary>
    public bool IsKilled { get; init; }

    /// <summary>Share of its good events that a defect loses.</summary>
    public double LostGood { get; init; }

    /// <summary>The conditions of a pod for one route; 0 when there are none.</summary>
    public static PodConditions Of(Cell cell, PodState pod, SharedState shared, double begins, double tick, int route)
    {
        var errors = pod.Healthy(cell, route) * shared.ErrorFactor;
        if (pod is { IsCanary: true, Index: 0 })
        {
            errors = Either(errors, shared.NodeRate);
        }

        var well = new PodConditions(Math.Min(1, Either(Math.Min(1, errors), shared.OutageRate)), 1, Restarting(cell, pod, begins, tick), 0, 0, 1);
        var since = begins - cell.Onset.TotalSeconds;
        return since < 0 || begins < 0 ? well : Defective(cell, pod, well, since, tick, route);
    }

    private static PodConditions Defective(Cell cell, PodState pod, PodConditions well, double since, double tick, int route) => cell.Defect switch
    {
        Defect.SharedDamage damage => well with { Errors = Either(well.Errors, damage.Rate) },
        _ when !pod.IsCanary => well,
        Defect.ErrorRate rate => well with { Errors = Either(well.Errors, Beyond(rate.Rate, cell.Errors.BaseRate)) },
        Defect.RouteErrors bad => bad.Route == route ? well with { Errors = Either(well.Errors, bad.Rate) } : well,
        Defect.FewerGoodEvents fewer => well with { LostGood = fewer.Share },
        Defect.SlowLeak leak => well with { Errors = Math.Min(1, well.Errors * Math.Exp(since / leak.Fold.TotalSeconds)) },
        Defect.SlowRequests slow => well with { SlowShare = slow.Share, SlowSeconds = slow.Seconds },
        Defect.SlowerBy slower => well with { LatencyFactor = slower.Factor },
        Defect.BadPods bad => pod.Index < bad.Pods ? well with { Errors = Either(well.Errors, bad.Rate) } : well,
        Defect.CrashLoop loop => well with { Errors = Either(well.Errors, 0.5), Arriving = 0.1, Restarts = Crosses(since, tick, loop.LifeSeconds) },
        Defect.OutOfMemory memory => Crosses(since, tick, memory.Every.TotalSeconds) && since > 0
            ? well with { Errors = Either(well.Errors, 0.5), Restarts = true, IsKilled = true }
            : well,
        Defect.RequestsVanish vanish => well with { Arriving = 1 - vanish.Share },
        _ => well,
    };

    private static double Either(double first, double second) => first + second - (first * second);

    // A defect that sets the rate leaves the healthy part as it is and adds the rest.
    private static double Beyond(double rate, double healthy) => Math.Max(0, (rate - healthy) / (1 - healthy));

    private static bool Crosses(double since, double tick, double period) => Math.Floor(since / period) != Math.Floor((since - tick) / period);

    // Healthy restarts fall on a fixed grid per pod, so that they cost no random number.
    private static bool Restarting(Cell cell, PodState pod, double begins, double tick)
    {
        if (cell.Scraping.RestartsPerHour == 0)
        {
            return false;
        }

        var period = 3600 / cell.Scraping.RestartsPerHour;
        return Crosses(begins + (pod.Number * period * 0.618) + (10 * period), tick, period);
    }
}
