using Guardrail.Simulation.Traffic.Faults;
using Guardrail.Simulation.Traffic.Models;
using Guardrail.Simulation.Traffic.Randomness;

namespace Guardrail.Simulation.Traffic;

/// <summary>
/// One pod of a service: turns the requests dealt to it into exact integer counters. Driven by <see cref="ServiceTraffic"/>;
/// allocates nothing once it exists.
/// </summary>
public sealed class PodTraffic
{
    private readonly ServiceProfile profile;
    private readonly RandomSource random;
    private readonly BurstProcess bursts;
    private readonly LatencyTable? latencies;
    private readonly LatencyTable? slowLatencies;
    private readonly double errorEffect;
    private readonly double[] routeShares;
    private readonly long[] routeArrivals;
    private readonly long[] dealt;
    private double splitWeight = 1;
    private TimeSpan splitUntil = TimeSpan.MinValue;

    // The step being worked on.
    private TimeSpan at;
    private SharedState shared;
    private FaultEffects own;
    private FaultEffects common;
    private long left;
    private long burstErrors;
    private long slowed;

    internal PodTraffic(
        ServiceProfile profile, RevisionBehaviour behaviour, int ordinal, TimeSpan faultOrigin, RandomSource random, LatencyTable? latencies)
    {
        this.profile = profile;
        this.random = random;
        this.latencies = latencies;
        slowLatencies = profile.Latency is null ? null : new LatencyTable(profile.Latency);
        (Behaviour, Ordinal, FaultOrigin) = (behaviour, ordinal, faultOrigin);
        errorEffect = random.NextLogNormal(1, profile.Errors.PodSpread);
        bursts = new BurstProcess(profile.Errors.Bursts);
        Counters = new PodCounters(profile.Routes.Length, profile.Latency?.Edges ?? []);
        routeShares = new double[profile.Routes.Length];
        routeArrivals = new long[profile.Routes.Length];
        dealt = new long[Counters.Edges.Length + 1];
    }

    /// <summary>How the pod's revision behaves.</summary>
    public RevisionBehaviour Behaviour { get; }

    /// <summary>Number of the pod within its revision, from 0.</summary>
    public int Ordinal { get; }

    /// <summary>Time since the start from which the faults of the revision are scheduled.</summary>
    public TimeSpan FaultOrigin { get; }

    /// <summary>The counters of the running process.</summary>
    public PodCounters Counters { get; }

    /// <summary>What really happened to the users of the pod.</summary>
    public PodTruth Truth { get; private set; }

    /// <summary>Share of the traffic that the pod gets, relative to the others; 0 while it is not ready. Default 0.</summary>
    public double Weight { get; private set; }

    /// <summary>Since when the pod has been ready; null while it is not.</summary>
    public TimeSpan? ReadySince { get; private set; }

    /// <summary>The pod becomes ready and gets traffic.</summary>
    /// <param name="at">Time since the start.</param>
    /// <param name="weight">Share of the traffic relative to other pods, above 0. Default 1.</param>
    public void StartServing(TimeSpan at, double weight = 1) => (ReadySince, Weight) = (at, weight);

    /// <summary>The pod is taken out of the traffic; its counters stay readable.</summary>
    public void StopServing() => (ReadySince, Weight) = (null, 0);

    /// <summary>The process starts anew: its counters begin at 0 and it serves nothing until it is ready again.</summary>
    public void Restart()
    {
        StopServing();
        Counters.Reset();
    }

    internal double DealWeight(TimeSpan at)
    {
        if (Weight > 0 && at >= splitUntil && !double.IsInfinity(profile.Arrivals.SplitConcentration))
        {
            splitWeight = random.NextGamma(profile.Arrivals.SplitConcentration);
            splitUntil = at + profile.Arrivals.SplitPeriod;
        }

        return Weight * splitWeight;
    }

    internal void Advance(TimeSpan from, TimeSpan to, long arrivals, in SharedState state)
    {
        at = from;
        shared = state;
        burstErrors = bursts.Next(from, to, state.BurstsPerRequest * arrivals, random);
        var before = Truth.BadRequests;
        Truth = Truth with { Requests = Truth.Requests + arrivals };
        if (profile.Routes.Length == 1)
        {
            AdvanceRoute(0, arrivals);
        }
        else
        {
            AdvanceRoutes(arrivals);
        }

        if (Truth.FirstBad is null && Truth.BadRequests > before)
        {
            // The first of several events spread evenly over the step lies, on average, here.
            Truth = Truth with { FirstBad = from + ((to - from) / (Truth.BadRequests - before + 1)) };
        }
    }

    private static double Combine(double rate, in FaultEffects effects) =>
        Math.Min(1, 1 - ((1 - Math.Min(1, rate * effects.ErrorFactor)) * (1 - effects.ErrorRate)));

    private void AdvanceRoutes(long arrivals)
    {
        for (var route = 0; route < routeShares.Length; route++)
        {
            routeShares[route] = profile.Routes[route].ShareAt(at);
        }

        random.NextMultinomial(arrivals, routeShares, routeArrivals);
        for (var route = 0; route < routeShares.Length; route++)
        {
            AdvanceRoute(route, routeArrivals[route]);
        }
    }

    private void AdvanceRoute(int route, long arrivals)
    {
        if (arrivals == 0)
        {
            return;
        }

        own = FaultEffects.None;
        own.Apply(Behaviour.Faults, at - FaultOrigin, Ordinal, profile.Routes[route].Name);
        common = FaultEffects.None;
        common.Apply(profile.SharedFaults, at, Ordinal, profile.Routes[route].Name);

        left = arrivals - random.NextBinomial(arrivals, common.VanishShare);
        var lost = random.NextBinomial(left, own.VanishShare);
        left -= lost;

        // What would have failed anyway comes first, so that a fault is blamed only for what it spoils.
        var baseRate = profile.Errors.BaseRate * profile.Routes[route].ErrorFactor * errorEffect * shared.ErrorMultiplier;
        var commonRate = Combine(baseRate, common);
        var background = Take(route, Outcome.Unavailable, random.NextBinomial(left, common.OutageRate));
        var calls = Take(route, Outcome.Unavailable, random.NextBinomial(left, shared.Around.FailingCalls));
        var damage = Take(route, Outcome.ServerError, random.NextBinomial(left, shared.Around.Damage));
        background += calls + damage;
        background += Take(route, Outcome.TimedOut, random.NextBinomial(left, common.TimeoutShare));
        background += Take(route, Outcome.ServerError, random.NextBinomial(left, commonRate));
        var burst = Math.Min(burstErrors, left);
        burstErrors -= burst;
        background += Take(route, Outcome.ServerError, burst);

        var ownRate = Combine(commonRate, own);
        var spoilt = Take(route, Outcome.Unavailable, random.NextBinomial(left, own.OutageRate));
        spoilt += Take(route, Outcome.TimedOut, random.NextBinomial(left, own.TimeoutShare));
        spoilt += Take(
            route, Outcome.ServerError, random.NextBinomial(left, ownRate <= commonRate ? 0 : (ownRate - commonRate) / (1 - commonRate)));

        var prices = Take(route, Outcome.ServerError, random.NextBinomial(left, own.PriceErrorRate));
        spoilt += prices;
        slowed = 0;
        Take(route, Outcome.ClientError, random.NextBinomial(left, profile.Errors.ClientErrorRate));
        var successes = Take(route, Outcome.Success, left);
        var orders = random.NextBinomial(successes, profile.OrderRate * common.OrderFactor);
        var unpriced = random.NextBinomial(orders, shared.Around.LostOrders);
        var unplaced = random.NextBinomial(orders - unpriced, 1 - own.OrderFactor);
        Counters.CountOrders(orders - unpriced - unplaced);
        Truth = Truth with
        {
            BackgroundErrors = Truth.BackgroundErrors + background,
            FaultErrors = Truth.FaultErrors + spoilt,
            FaultSlow = Truth.FaultSlow + slowed,
            Lost = Truth.Lost + lost,
            CallErrors = Truth.CallErrors + calls,
            DamageErrors = Truth.DamageErrors + damage,
            PriceErrors = Truth.PriceErrors + prices,
            BrokenSessions = Truth.BrokenSessions + random.NextBinomial(successes, own.SessionShare),
            LostOrders = Truth.LostOrders + unplaced,
            CallOrders = Truth.CallOrders + unpriced,
        };
    }

    private long Take(int route, Outcome outcome, long count)
    {
        if (count > 0)
        {
            left -= count;
            Counters.Count(route, outcome, count);
            if (latencies is not null)
            {
                Time(route, outcome, count);
            }
        }

        return count;
    }

    private void Time(int route, Outcome outcome, long count)
    {
        if (outcome == Outcome.TimedOut)
        {
            Counters.Time(route, outcome, latencies!.BinOf(Math.Max(own.TimeoutSeconds, common.TimeoutSeconds)), count);
            return;
        }

        var warmUp = ReadySince is { } since ? profile.Latency!.WarmUpAfter(at - since) : 1;
        var multiplier = shared.LatencyMultiplier * profile.Routes[route].LatencyFactor * warmUp * own.LatencyFactor * common.LatencyFactor;
        var slowOwn = random.NextBinomial(count, own.SlowShare);
        var slowCommon = random.NextBinomial(count - slowOwn, common.SlowShare);
        slowed += own.LatencyFactor > 1 ? count : slowOwn;
        Deal(route, outcome, count - slowOwn - slowCommon, latencies!.Bins(multiplier, 0));
        if (slowOwn > 0)
        {
            Deal(route, outcome, slowOwn, slowLatencies!.Bins(multiplier, own.SlowSeconds));
        }

        if (slowCommon > 0)
        {
            Deal(route, outcome, slowCommon, slowLatencies!.Bins(multiplier, common.SlowSeconds));
        }
    }

    private void Deal(int route, Outcome outcome, long count, ReadOnlySpan<double> bins)
    {
        if (count == 0)
        {
            return;
        }

        random.NextMultinomial(count, bins, dealt);
        for (var bin = 0; bin < dealt.Length; bin++)
        {
            if (dealt[bin] > 0)
            {
                Counters.Time(route, outcome, bin, dealt[bin]);
            }
        }
    }
}

/// <summary>What all pods of a service share in one step.</summary>
/// <param name="ErrorMultiplier">Factor on the base error rate.</param>
/// <param name="LatencyMultiplier">Factor on the latency.</param>
/// <param name="BurstsPerRequest">Mean number of bursts that begin per request.</param>
/// <param name="Around">What other services do to it.</param>
internal readonly record struct SharedState(double ErrorMultiplier, double LatencyMultiplier, double BurstsPerRequest, Surroundings Around);
