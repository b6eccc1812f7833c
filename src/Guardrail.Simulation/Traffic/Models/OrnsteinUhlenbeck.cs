using Guardrail.Simulation.Traffic.Randomness;

namespace Guardrail.Simulation.Traffic.Models;

/// <summary>An Ornstein–Uhlenbeck process sampled exactly at any times; its exponential is a multiplier that wanders about 1.</summary>
internal sealed class OrnsteinUhlenbeck
{
    private readonly double sigma;
    private readonly double tauSeconds;
    private double value;

    public OrnsteinUhlenbeck(double sigma, TimeSpan tau, RandomSource random)
    {
        this.sigma = sigma;
        tauSeconds = tau.TotalSeconds;
        value = sigma == 0 ? 0 : sigma * random.NextNormal();
    }

    /// <summary>Goes on by a time and gives the multiplier there.</summary>
    public double Next(TimeSpan step, RandomSource random)
    {
        if (sigma == 0)
        {
            return 1;
        }

        var keep = Math.Exp(-step.TotalSeconds / tauSeconds);
        value = (value * keep) + (sigma * Math.Sqrt(1 - (keep * keep)) * random.NextNormal());
        return Math.Exp(value);
    }
}
