namespace Guardrail.Simulation.Traffic;

/// <summary>What really happened to the users of a pod, over all its restarts: known to the simulation, hidden from the guard.</summary>
/// <param name="Requests">Requests that were sent to the pod, lost ones too.</param>
/// <param name="BackgroundErrors">Requests that failed as they would have on a healthy revision, shared faults included.</param>
/// <param name="FaultErrors">Requests that failed by the revision's own faults, time limits included.</param>
/// <param name="FaultSlow">Requests that were answered well but took longer by the revision's own faults.</param>
/// <param name="Lost">Requests that the revision's own faults let vanish.</param>
/// <param name="FirstBad">Time since the start of the first request that the revision's own faults spoilt; null while there is none.</param>
public readonly record struct PodTruth(
    long Requests, long BackgroundErrors, long FaultErrors, long FaultSlow, long Lost, TimeSpan? FirstBad)
{
    /// <summary>Of the background errors, those that a service called by this one caused.</summary>
    public long CallErrors { get; init; }

    /// <summary>Of the background errors, those that another service's revision caused by its damage.</summary>
    public long DamageErrors { get; init; }

    /// <summary>Of the revision's own errors, those after which a caller shows a page without prices instead of failing.</summary>
    public long PriceErrors { get; init; }

    /// <summary>Requests that were answered well, but whose callers will fail by them.</summary>
    public long BrokenSessions { get; init; }

    /// <summary>Orders that the revision's own faults lost.</summary>
    public long LostOrders { get; init; }

    /// <summary>Orders that were lost for want of prices of a service called by this one.</summary>
    public long CallOrders { get; init; }

    /// <summary>Requests that the revision's own faults spoilt in any way.</summary>
    public long BadRequests => FaultErrors + FaultSlow + Lost + LostOrders;

    /// <summary>The truth of two pods together.</summary>
    /// <param name="one">One.</param>
    /// <param name="other">The other.</param>
    public static PodTruth operator +(PodTruth one, PodTruth other) => new(
        one.Requests + other.Requests,
        one.BackgroundErrors + other.BackgroundErrors,
        one.FaultErrors + other.FaultErrors,
        one.FaultSlow + other.FaultSlow,
        one.Lost + other.Lost,
        one.FirstBad is not { } a ? other.FirstBad : other.FirstBad is { } b && b < a ? b : a)
    {
        CallErrors = one.CallErrors + other.CallErrors,
        DamageErrors = one.DamageErrors + other.DamageErrors,
        PriceErrors = one.PriceErrors + other.PriceErrors,
        BrokenSessions = one.BrokenSessions + other.BrokenSessions,
        LostOrders = one.LostOrders + other.LostOrders,
        CallOrders = one.CallOrders + other.CallOrders,
    };

    /// <summary>The truth of two pods together.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static PodTruth Add(PodTruth left, PodTruth right) => left + right;
}
