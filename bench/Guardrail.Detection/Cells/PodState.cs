using Guardrail.Simulation.Traffic.Models;
using Guardrail.Simulation.Traffic.Randomness;

namespace Guardrail.Detection.Cells;

/// <summary>One pod of a run: its counters, what was last read of them, and its own noise.</summary>
internal sealed class PodState(int number, bool isCanary, int index, Cell cell)
{
    private readonly long[] pending = new long[Math.Max(1, cell.Errors.BurstTicks)];
    private readonly PodTally tally = new(Math.Max(1, cell.Routes.Length));
    private int head;
    private PodSample read;

    /// <summary>Number among all pods.</summary>
    public int Number => number;

    /// <summary>Number among the pods of its revision.</summary>
    public int Index => index;

    public bool IsCanary => isCanary;

    public bool IsServing { get; private set; }

    /// <summary>Weight in the split of the traffic.</summary>
    public double Weight { get; set; }

    /// <summary>Seconds by which its scrape precedes the end of the tick.</summary>
    public double Offset { get; private set; }

    /// <summary>Its counters.</summary>
    public PodTally Tally => tally;

    public double ReadySince { get; private set; }

    public int Restarts { get; private set; }

    /// <summary>Whether the last restart was an out-of-memory kill.</summary>
    public bool WasKilled { get; private set; }

    /// <summary>The pod's own factor on the error rate.</summary>
    public double Factor { get; private set; }

    /// <summary>The pod's own factor on latency.</summary>
    public double LatencyFactor { get; private set; }

    public void Begin(double tick, RandomSource random)
    {
        Array.Clear(pending);
        tally.Begin();
        (head, Restarts, WasKilled, Weight) = (0, 0, false, 0);
        (IsServing, ReadySince) = (false, double.NegativeInfinity);
        var phase = random.NextDouble();
        Offset = tick * (!cell.Scraping.Apart ? phase : isCanary ? 0.02 : 0.98);
        Factor = cell.Errors.PodSpread == 0 ? 1 : random.NextLogNormal(1, cell.Errors.PodSpread);
        LatencyFactor = cell.LatencyNoise.PodSpread == 0 ? 1 : random.NextLogNormal(1, cell.LatencyNoise.PodSpread);
        read = new(isCanary, false, false, double.NegativeInfinity, double.NegativeInfinity, 0, 0, 0);
    }

    public PodSample Read() => read;

    /// <summary>Error rate of the pod when all is well.</summary>
    public double Healthy(Cell cell, int route) =>
        Math.Min(1, (cell.Routes.IsEmpty ? cell.Errors.BaseRate : cell.Routes[route].ErrorRate) * Factor);

    /// <summary>Begins or ends to serve.</summary>
    public void Serve(bool serves, double at)
    {
        if (serves && !IsServing)
        {
            // Old pods have served for long when the run begins.
            ReadySince = isCanary ? at : double.NegativeInfinity;
        }

        IsServing = serves;
    }

    /// <summary>Factor on the latency of a tick: the pod's own, that of its warm-up, and that of a stall.</summary>
    public double Latency(LatencyModel model, LatencyNoise noise, double at, RandomSource random)
    {
        var warmUp = double.IsInfinity(ReadySince) ? 1 : model.WarmUpAfter(TimeSpan.FromSeconds(Math.Max(0, at - ReadySince)));
        var stalls = noise.StallPercent > 0 && random.NextDouble() * 100 < noise.StallPercent;
        return warmUp * LatencyFactor * (stalls ? noise.StallFactor : 1);
    }

    public void Restart(double at, bool isKilled)
    {
        Restarts++;
        tally.Restart();
        (ReadySince, WasKilled) = (at, isKilled);
    }

    public void Scrape(bool succeeds, double at)
    {
        if (!succeeds)
        {
            read = read with { IsServing = IsServing, IsFresh = false };
            return;
        }

        tally.Scrape();
        read = new(isCanary, IsServing, true, at, ReadySince, tally.Requests, tally.Errors, Restarts) { Good = tally.Good };
    }

    /// <summary>Begins incidents whose errors fall into this tick and the next ones.</summary>
    public void Burst(long incidents, BurstSize size, RandomSource random)
    {
        for (; incidents > 0; incidents--)
        {
            var count = BurstSizes.Draw(size, random);
            if (pending.Length == 1)
            {
                pending[0] += count;
                continue;
            }

            for (; count > 0; count--)
            {
                pending[random.NextInt32(pending.Length)]++;
            }
        }
    }

    /// <summary>The errors that incidents put into this tick.</summary>
    public long TakeBurst()
    {
        var now = pending[head];
        pending[head] = 0;
        head = (head + 1) % pending.Length;
        return now;
    }
}
