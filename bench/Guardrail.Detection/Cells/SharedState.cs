using System.Collections.Immutable;
using Guardrail.Simulation.Traffic.Randomness;

namespace Guardrail.Detection.Cells;

/// <summary>What all pods share in a tick: the rate, the dependency's state, the noise.</summary>
internal sealed class SharedState(Cell cell)
{
    private const double RateMemorySeconds = 300;

    private double rateNoise;
    private double latencyNoise;

    /// <summary>Requests per second over all pods.</summary>
    public double Rate { get; private set; }

    /// <summary>Factor on every pod's error rate.</summary>
    public double ErrorFactor { get; private set; }

    /// <summary>Share of every pod's requests that fails beyond its own.</summary>
    public double OutageRate { get; private set; }

    /// <summary>Share of the first new pod's requests that fails by its node.</summary>
    public double NodeRate { get; private set; }

    /// <summary>Factor on the first new pod's latency by its node.</summary>
    public double NodeLatency { get; private set; }

    /// <summary>Factor on every pod's latency.</summary>
    public double Latency { get; private set; }

    /// <summary>Factor on the share of requests that lead to a good event.</summary>
    public double Conversion { get; private set; }

    /// <summary>The new revision's share of each route; empty when it is that of the service.</summary>
    public ImmutableArray<double> NewMix { get; private set; } = [];

    /// <summary>Whether no pod can be read.</summary>
    public bool Blind { get; private set; }

    /// <summary>The schedule's step.</summary>
    public ScheduleStep Schedule { get; private set; }

    public void Begin(RandomSource random)
    {
        rateNoise = cell.RateNoise * random.NextNormal();
        latencyNoise = (cell.Latency?.NoiseSigma ?? 0) * random.NextNormal();
    }

    /// <summary>Goes on to the tick that begins at a time.</summary>
    public void Advance(double begins, double tick, RandomSource random)
    {
        rateNoise = Wander(rateNoise, cell.RateNoise, tick / RateMemorySeconds, random);
        var progress = (begins + cell.History.TotalSeconds) / (cell.History + cell.Duration).TotalSeconds;
        Rate = cell.RequestsPerSecond * (1 + ((cell.DiurnalFactor - 1) * progress)) * Math.Exp(rateNoise);
        (ErrorFactor, OutageRate, NodeRate, NodeLatency, Blind, Latency, Conversion, NewMix) = (1, 0, 0, 1, false, 1, 1, []);
        if (cell.Latency is { NoiseSigma: > 0 } model)
        {
            latencyNoise = Wander(latencyNoise, model.NoiseSigma, tick / model.NoiseTau.TotalSeconds, random);
            Latency = Math.Exp(latencyNoise);
        }

        foreach (var disturbance in cell.Disturbances)
        {
            if (begins >= disturbance.Start.TotalSeconds && begins < (disturbance.Start + disturbance.Length).TotalSeconds)
            {
                Apply(disturbance);
            }
        }

        ErrorFactor *= random.NextGammaMultiplier(Rate * tick * cell.Errors.BaseRate, cell.Errors.SharedDispersion);
        Schedule = begins < 0 ? new(TimeSpan.Zero, cell.Schedule.Before, 0, 0) : StepAt(begins);
    }

    private static double Wander(double value, double sigma, double elapsed, RandomSource random)
    {
        var keep = Math.Exp(-elapsed);
        return sigma == 0 ? 0 : (value * keep) + (sigma * Math.Sqrt(1 - (keep * keep)) * random.NextNormal());
    }

    private void Apply(Disturbance disturbance)
    {
        switch (disturbance)
        {
            case Disturbance.Surge surge:
                Rate *= surge.Factor;
                break;
            case Disturbance.Outage outage:
                OutageRate = outage.Rate;
                break;
            case Disturbance.Shift shift:
                (ErrorFactor, Latency) = (ErrorFactor * shift.Errors, Latency * shift.Latency);
                break;
            case Disturbance.NodeFailure node:
                NodeRate = node.Rate;
                break;
            case Disturbance.Conversion conversion:
                Conversion = conversion.Factor;
                break;
            case Disturbance.OtherMix mix:
                NewMix = mix.Shares;
                break;
            case Disturbance.SlowNode node:
                NodeLatency = node.Factor;
                break;
            default:
                Blind = true;
                break;
        }
    }

    private ScheduleStep StepAt(double begins)
    {
        var current = cell.Schedule.Steps[0];
        foreach (var next in cell.Schedule.Steps)
        {
            current = next.At.TotalSeconds <= begins ? next : current;
        }

        return current;
    }
}
