using Guardrail.Simulation.Traffic.Randomness;

namespace Guardrail.Detection.Cells;

/// <summary>
/// Plays a cell tick by tick, at the level of counts per pod and tick: exact Poisson arrivals, thinned into errors. A pod's scrape
/// falls at its own phase inside the tick, so its reading holds the end of the last tick and the beginning of this one.
/// Reused for run after run without allocation; not for two threads at once.
/// </summary>
public sealed class CellRun
{
    private readonly Cell cell;
    private readonly double tick;
    private readonly int historyTicks;
    private readonly int ticks;
    private readonly PodState[] pods;
    private readonly SharedState shared;
    private readonly LatencyCounts? latency;
    private RandomSource random = new(0, 0);
    private int step;

    /// <summary>Makes the player of a cell; call <see cref="Begin"/> before the first tick.</summary>
    /// <param name="cell">The cell.</param>
    /// <exception cref="ArgumentException">The cell has both routes and bursts.</exception>
    public CellRun(Cell cell)
    {
        if (!cell.Routes.IsEmpty && cell.Errors.Bursts is not null)
        {
            throw new ArgumentException($"{cell.Name}: incidents fall on pods, not on routes; leave out Routes or Bursts.", nameof(cell));
        }

        this.cell = cell;
        tick = cell.Scraping.IntervalSeconds;
        historyTicks = (int)(cell.History.TotalSeconds / tick);
        ticks = (int)(cell.Duration.TotalSeconds / tick);
        pods = new PodState[cell.Schedule.Before + cell.Schedule.MostNew];
        for (var i = 0; i < pods.Length; i++)
        {
            pods[i] = new(i, i >= cell.Schedule.Before, i - (i >= cell.Schedule.Before ? cell.Schedule.Before : 0), cell);
        }

        shared = new(cell);
        latency = cell.Latency is { } model ? new(model, pods.Length, Math.Max(1, cell.Routes.Length)) : null;
    }

    /// <summary>Pods of both revisions, the old ones first.</summary>
    public int PodCount => pods.Length;

    /// <summary>Seconds since the start of the rollout at the end of the tick; not above 0 in the history before it.</summary>
    public double Now { get; private set; }

    /// <summary>What really happened in the tick.</summary>
    public TickTruth Truth { get; private set; }

    /// <summary>Upper edges of the latency histogram in seconds; empty when latency is not under test.</summary>
    public ReadOnlySpan<double> Edges => latency is null ? [] : latency.Edges;

    /// <summary>What is known of a pod after the tick.</summary>
    public PodSample this[int pod] => pods[pod].Read();

    /// <summary>What the cluster shows of a pod now, scraped or not.</summary>
    internal PodShown Shown(int pod) => new(pods[pod].IsServing, pods[pod].ReadySince, pods[pod].Restarts, pods[pod].WasKilled);

    /// <summary>The last scraped counters of a pod, route by route.</summary>
    internal PodTally Tally(int pod) => pods[pod].Tally;

    /// <summary>The last scraped counters of one route of a pod: requests slower than each edge.</summary>
    internal ReadOnlySpan<long> Slower(int pod, int route) => latency is null ? [] : latency.Scraped(pod, route);

    /// <summary>The last scraped counters of a pod: requests slower than each edge.</summary>
    public ReadOnlySpan<long> Slower(int pod) => latency is null ? [] : latency.Scraped(pod);

    /// <summary>Begins a run; the same source in the same state gives the same run.</summary>
    /// <param name="source">Source of its randomness.</param>
    public void Begin(RandomSource source)
    {
        random = source;
        step = 0;
        shared.Begin(random);
        latency?.Begin();
        foreach (var pod in pods)
        {
            pod.Begin(tick, random);
        }
    }

    /// <summary>Plays the next tick.</summary>
    /// <returns>False when the run is over.</returns>
    public bool Next()
    {
        if (step == historyTicks + ticks)
        {
            return false;
        }

        step++;
        Now = (step - historyTicks) * tick;
        var begins = Now - tick;
        shared.Advance(begins, tick, random);
        var schedule = shared.Schedule;
        var (controlRequests, controlBad, canaryRequests, canaryBad) = (0L, 0L, 0L, 0L);
        var (oldWeight, newWeight) = Weigh(schedule, begins);
        foreach (var pod in pods)
        {
            var share = pod.IsCanary
                ? newWeight == 0 ? 0 : schedule.NewShare * pod.Weight / newWeight
                : oldWeight == 0 ? 0 : (1 - schedule.NewShare) * pod.Weight / oldWeight;
            var (requests, bad) = Play(pod, share, begins);
            if (pod.IsCanary)
            {
                canaryRequests += requests;
                canaryBad += bad;
            }
            else
            {
                controlRequests += requests;
                controlBad += bad;
            }
        }

        Truth = new(controlRequests, controlBad, canaryRequests, canaryBad);
        return true;
    }

    private (double Old, double New) Weigh(ScheduleStep schedule, double begins)
    {
        var (oldWeight, newWeight) = (0.0, 0.0);
        var redraw = Math.Floor(begins / 15) != Math.Floor((begins - tick) / 15);
        foreach (var pod in pods)
        {
            pod.Serve(pod.Index < (pod.IsCanary ? schedule.NewPods : schedule.OldPods), begins);
            if (redraw || pod.Weight == 0)
            {
                pod.Weight = double.IsInfinity(cell.SplitConcentration) ? 1 : random.NextGamma(cell.SplitConcentration);
            }

            if (pod.IsServing)
            {
                oldWeight += pod.IsCanary ? 0 : pod.Weight;
                newWeight += pod.IsCanary ? pod.Weight : 0;
            }
        }

        return (oldWeight, newWeight);
    }

    private (long Requests, long Bad) Play(PodState pod, double share, double begins)
    {
        var (requests, bad) = (0L, 0L);
        var slowness = double.NaN;
        for (var route = 0; route < pod.Tally.Routes; route++)
        {
            var now = PodConditions.Of(cell, pod, shared, begins, tick, route);
            if (now.Restarts && route == 0)
            {
                pod.Restart(begins, now.IsKilled);
                latency?.Restart(pod.Number);
            }

            var (more, moreBad) = Play(pod, route, share * MixOf(pod, route), now, begins, ref slowness);
            (requests, bad) = (requests + more, bad + moreBad);
        }

        var misses = shared.Blind || !pod.IsServing || random.NextDouble() < cell.Scraping.Missed;
        pod.Scrape(!misses, begins + tick - pod.Offset);
        if (!misses)
        {
            latency?.Scrape(pod.Number);
        }

        return (requests, bad);
    }

    private double MixOf(PodState pod, int route) => cell.Routes.IsEmpty ? 1
        : pod.IsCanary && !shared.NewMix.IsEmpty ? shared.NewMix[route]
        : cell.Routes[route].Share;

    private (long Requests, long Bad) Play(PodState pod, int route, double share, in PodConditions now, double begins, ref double slowness)
    {
        var rate = pod.IsServing ? shared.Rate * share * now.Arriving : 0;

        // The reading at the pod's phase takes in the end of the last tick and the beginning of this one.
        var (lastRate, lastErrors) = pod.Tally.Last(route);
        var (before, after) = (lastRate * pod.Offset, rate * (tick - pod.Offset));
        var (failing, succeeding) = ((before * lastErrors) + (after * now.Errors), (before * (1 - lastErrors)) + (after * (1 - now.Errors)));
        var errors = Errors(pod, route, before, after, failing, now.Errors);
        var requests = errors + random.NextPoisson(succeeding);
        var vanished = pod.IsServing && cell.Defect is Defect.RequestsVanish ? random.NextPoisson(shared.Rate * share * (1 - now.Arriving) * tick) : 0;
        var (good, lost) = GoodEvents(requests - errors, now.LostGood);
        pod.Tally.Count(route, requests, errors, good, rate, now.Errors);
        long slow = 0;
        if (latency is not null)
        {
            slowness = double.IsNaN(slowness) ? LatencyOf(pod, begins) : slowness;
            slow = latency.Add(pod.Number, route, requests, slowness * (cell.Routes.IsEmpty ? 1 : cell.Routes[route].LatencyFactor), now, random);
        }

        return (requests + vanished, errors + slow + vanished + lost);
    }

    private (long Good, long Lost) GoodEvents(long succeeded, double lostShare)
    {
        if (cell.Business is not { } business)
        {
            return (0, 0);
        }

        var possible = random.NextBinomial(succeeded, business.PerRequest * shared.Conversion);
        var lost = random.NextBinomial(possible, lostShare);
        return (possible - lost, lost);
    }

    private double LatencyOf(PodState pod, double begins)
    {
        var slowNode = pod is { IsCanary: true, Index: 0 } ? shared.NodeLatency : 1;
        return shared.Latency * slowNode * pod.Latency(cell.Latency!, cell.LatencyNoise, begins, random);
    }

    private long Errors(PodState pod, int route, double before, double after, double failing, double rate)
    {
        if (cell.Errors.Bursts is not { } size)
        {
            return random.NextPoisson(failing);
        }

        // Errors up to the healthy rate come in incidents; what a defect or an outage adds comes one by one.
        var ordinary = Math.Min(failing, (before + after) * Math.Min(rate, pod.Healthy(cell, route)));
        pod.Burst(random.NextPoisson(ordinary / BurstSizes.Mean(size)), size, random);
        return pod.TakeBurst() + random.NextPoisson(failing - ordinary);
    }
}
