using System.Collections.Immutable;

namespace Guardrail.Simulation.Traffic.Faults;

/// <summary>All faults that act at one moment on one route of one pod, folded together.</summary>
internal struct FaultEffects
{
    public double ErrorFactor;
    public double ErrorRate;
    public double OutageRate;
    public double LatencyFactor;
    public double SlowShare;
    public double SlowSeconds;
    public double TimeoutShare;
    public double TimeoutSeconds;
    public double VanishShare;
    public double OrderFactor;
    public double PriceErrorRate;
    public double SessionShare;

    public static FaultEffects None => new() { ErrorFactor = 1, LatencyFactor = 1, OrderFactor = 1 };

    public void Apply(ImmutableArray<ScheduledFault> faults, TimeSpan sinceOrigin, int ordinal, string route)
    {
        foreach (var scheduled in faults)
        {
            if (scheduled.Acts(sinceOrigin, out var acting) && scheduled.Scope.HitsPod(ordinal) && scheduled.Scope.HitsRoute(route))
            {
                Apply(scheduled.Fault, acting);
            }
        }
    }

    private void Apply(Fault fault, TimeSpan acting)
    {
        switch (fault)
        {
            case Fault.ErrorMultiple multiple:
                ErrorFactor *= multiple.Factor;
                break;
            case Fault.ErrorRate rate:
                ErrorRate = Either(ErrorRate, rate.Rate);
                break;
            case Fault.SlowLeak leak:
                // Beyond e^50 every request fails anyway.
                ErrorFactor *= Math.Exp(Math.Min(50, acting / leak.Growth));
                break;
            case Fault.LatencyShift shift:
                LatencyFactor *= shift.Factor;
                break;
            case Fault.SlowTail tail:
                SlowShare = Either(SlowShare, tail.Share);
                SlowSeconds = Math.Max(SlowSeconds, tail.Extra.TotalSeconds);
                break;
            case Fault.Timeouts timeouts:
                TimeoutShare = Either(TimeoutShare, timeouts.Share);
                TimeoutSeconds = Math.Max(TimeoutSeconds, timeouts.After.TotalSeconds);
                break;
            case Fault.RequestsVanish vanish:
                VanishShare = Either(VanishShare, vanish.Share);
                break;
            case Fault.SuccessDrop drop:
                OrderFactor *= 1 - drop.Share;
                break;
            case Fault.DependencyOutage outage:
                OutageRate = Either(OutageRate, outage.Share);
                LatencyFactor *= outage.LatencyFactor;
                break;
            case Fault.PriceErrors prices:
                PriceErrorRate = Either(PriceErrorRate, prices.Rate);
                break;
            case Fault.SessionBreakage broken:
                SessionShare = Either(SessionShare, broken.Share);
                break;
        }
    }

    private static double Either(double one, double other) => 1 - ((1 - one) * (1 - other));
}
