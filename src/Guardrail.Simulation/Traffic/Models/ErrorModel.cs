namespace Guardrail.Simulation.Traffic.Models;

/// <summary>How requests of a healthy service fail (detection.md section 5).</summary>
public sealed record ErrorModel
{
    /// <summary>Share of requests answered 5xx, 0 to 1. Default 0.001.</summary>
    public double BaseRate { get; init => field = Bounds.Fraction(value, nameof(BaseRate)); } = 0.001;

    /// <summary>Share of requests answered 404: the callers' mistakes, no errors of the service. Default 0.002.</summary>
    public double ClientErrorRate { get; init => field = Bounds.Fraction(value, nameof(ClientErrorRate)); } = 0.002;

    /// <summary>Spread between pods: standard deviation of the logarithm of a pod's own factor. Default 0.1.</summary>
    public double PodSpread { get; init => field = Bounds.NotNegative(value, nameof(PodSpread)); } = 0.1;

    /// <summary>Variance over mean of the service's error counts, at least 1 (Poisson); shared by all pods. Default 1.</summary>
    public double Dispersion { get; init => field = Bounds.AtLeastOne(value, nameof(Dispersion)); } = 1;

    /// <summary>Clusters of errors that hit one pod. Default: none.</summary>
    public BurstModel Bursts { get; init; } = new();
}

/// <summary>Clusters of errors that hit one pod at a time, in proportion to its traffic.</summary>
public sealed record BurstModel
{
    /// <summary>Bursts per hour over the whole service, at least 0. Default 0: none.</summary>
    public double PerHour { get; init => field = Bounds.NotNegative(value, nameof(PerHour)); }

    /// <summary>How many requests a burst fails. Default geometric with mean 5.</summary>
    public BurstSize Size { get; init; } = new BurstSize.Geometric(5);

    /// <summary>Time over which the failures of a burst are spread. Default 5 s.</summary>
    public TimeSpan Spread { get; init => field = Bounds.Positive(value, nameof(Spread)); } = TimeSpan.FromSeconds(5);
}

/// <summary>How many requests a burst fails. Closed: geometric, or Pareto with a cap.</summary>
public abstract record BurstSize
{
    private BurstSize()
    {
    }

    /// <summary>Geometric, at least 1.</summary>
    public sealed record Geometric : BurstSize
    {
        /// <summary>Makes the size.</summary>
        /// <param name="mean">Mean, at least 1.</param>
        public Geometric(double mean) => Mean = Bounds.AtLeastOne(mean, nameof(mean));

        /// <summary>Mean, at least 1.</summary>
        public double Mean { get; }
    }

    /// <summary>Pareto from 1 on, cut off.</summary>
    public sealed record Pareto : BurstSize
    {
        /// <summary>Makes the size.</summary>
        /// <param name="shape">Tail index, above 0; 1.5 in detection.md.</param>
        /// <param name="cap">Largest size, at least 1; 200 in detection.md.</param>
        public Pareto(double shape, double cap) =>
            (Shape, Cap) = (Bounds.Positive(shape, nameof(shape)), Bounds.AtLeastOne(cap, nameof(cap)));

        /// <summary>Tail index.</summary>
        public double Shape { get; }

        /// <summary>Largest size.</summary>
        public double Cap { get; }
    }
}
