using Guardrail.Simulation.Traffic;

namespace Guardrail.Simulation.Scenarios.Play;

/// <summary>What came of a service's requests in one tick, and which rollouts are to blame for how much of what its callers see of it.</summary>
internal sealed class ServiceTally(int mostRollouts)
{
    private readonly double[] blame = new double[mostRollouts];
    private readonly double[] spoilt = new double[mostRollouts];
    private bool isBlamed;
    private double visible;

    public long Requests { get; private set; }

    public long Errors { get; private set; }

    public long Unserved { get; set; }

    /// <summary>Requests that callers see fail: what failed, vanished or will fail them later; not what they show without prices.</summary>
    private long Failing { get; set; }

    public long CallErrors { get; private set; }

    public long CallOrders { get; private set; }

    public long DamageErrors { get; private set; }

    public long PriceErrors { get; private set; }

    /// <summary>Share of requests that callers see fail.</summary>
    public double FailingShare => visible;

    /// <summary>Share of requests whose price is missing.</summary>
    public double UnpricedShare => Requests == 0 ? 0 : (double)PriceErrors / Requests;

    /// <summary>Requests that a rollout spoilt at this service.</summary>
    public ReadOnlySpan<double> Spoilt => isBlamed ? spoilt : [];

    /// <summary>Share of requests that callers see fail by a rollout's doing.</summary>
    public ReadOnlySpan<double> Blame => isBlamed ? blame : [];

    public void Clear()
    {
        (Requests, Errors, Unserved, Failing, CallErrors, CallOrders, DamageErrors, PriceErrors) = (0, 0, 0, 0, 0, 0, 0, 0);
        if (isBlamed)
        {
            Array.Clear(blame);
            Array.Clear(spoilt);
            isBlamed = false;
        }
    }

    public void Add(in PodTruth now, in PodTruth before, int rollout)
    {
        var errors = now.BackgroundErrors - before.BackgroundErrors + now.FaultErrors - before.FaultErrors;
        var prices = now.PriceErrors - before.PriceErrors;
        var broken = now.BrokenSessions - before.BrokenSessions;
        Requests += now.Requests - before.Requests;
        Errors += errors;
        PriceErrors += prices;
        CallErrors += now.CallErrors - before.CallErrors;
        CallOrders += now.CallOrders - before.CallOrders;
        DamageErrors += now.DamageErrors - before.DamageErrors;
        Failing += errors - prices + now.Lost - before.Lost + broken;
        if (rollout >= 0 && (now.BadRequests > before.BadRequests || broken > 0))
        {
            isBlamed = true;
            spoilt[rollout] += now.BadRequests - before.BadRequests;
            blame[rollout] += now.FaultErrors - before.FaultErrors - prices + now.Lost - before.Lost + broken;
        }
    }

    /// <summary>Lays a number of requests to a rollout's door.</summary>
    public void Blames(int rollout, double requests, bool callersSee)
    {
        isBlamed = true;
        spoilt[rollout] += requests;
        blame[rollout] += callersSee ? requests : 0;
    }

    /// <summary>All is counted: shares are known from here on.</summary>
    public void Close()
    {
        var all = Requests + Unserved;
        visible = all == 0 ? 0 : Math.Min(1, (double)(Failing + Unserved) / all);
        if (isBlamed && all > 0)
        {
            foreach (ref var share in blame.AsSpan())
            {
                share /= all;
            }
        }
    }
}
