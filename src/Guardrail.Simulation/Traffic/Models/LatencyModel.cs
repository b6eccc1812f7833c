using System.Collections.Immutable;

namespace Guardrail.Simulation.Traffic.Models;

/// <summary>
/// How long requests of a healthy service take: lognormal with a Pareto tail, times a multiplier shared by all pods that wanders,
/// times a warm-up of the pod (detection.md section 5).
/// </summary>
public sealed record LatencyModel
{
    /// <summary>Upper edges in seconds that Prometheus client libraries use by default, without +Inf.</summary>
    public static ImmutableArray<double> DefaultEdges { get; } = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    /// <summary>Median in seconds, above 0. Default 0.08.</summary>
    public double MedianSeconds { get; init => field = Bounds.Positive(value, nameof(MedianSeconds)); } = 0.08;

    /// <summary>Standard deviation of the logarithm, above 0. Default 0.7.</summary>
    public double Sigma { get; init => field = Bounds.Positive(value, nameof(Sigma)); } = 0.7;

    /// <summary>Share of requests that take their time from the tail, 0 to 1. Default 0.001.</summary>
    public double TailShare { get; init => field = Bounds.Fraction(value, nameof(TailShare)); } = 0.001;

    /// <summary>Smallest time of the tail in seconds, above 0. Default 0.5.</summary>
    public double TailStartSeconds { get; init => field = Bounds.Positive(value, nameof(TailStartSeconds)); } = 0.5;

    /// <summary>Tail index, above 0. Default 1.5.</summary>
    public double TailShape { get; init => field = Bounds.Positive(value, nameof(TailShape)); } = 1.5;

    /// <summary>Standard deviation of the logarithm of the shared multiplier. Default 0.1.</summary>
    public double NoiseSigma { get; init => field = Bounds.NotNegative(value, nameof(NoiseSigma)); } = 0.1;

    /// <summary>Time over which the shared multiplier forgets itself. Default 1 minute.</summary>
    public TimeSpan NoiseTau { get; init => field = Bounds.Positive(value, nameof(NoiseTau)); } = TimeSpan.FromMinutes(1);

    /// <summary>Factor on the latency of a pod that has just become ready, at least 1. Default 3.</summary>
    public double WarmUpFactor { get; init => field = Bounds.AtLeastOne(value, nameof(WarmUpFactor)); } = 3;

    /// <summary>Time in which that factor falls, in a straight line, to 1. Default 60 s.</summary>
    public TimeSpan WarmUp { get; init => field = Bounds.NotNegative(value, nameof(WarmUp)); } = TimeSpan.FromSeconds(60);

    /// <summary>Upper edges of the histogram in seconds, ascending, without +Inf. Default <see cref="DefaultEdges"/>.</summary>
    public ImmutableArray<double> Edges { get; init => field = Checked(value); } = DefaultEdges;

    /// <summary>The warm-up factor of a pod.</summary>
    /// <param name="sinceReady">Time since it became ready, at least 0.</param>
    public double WarmUpAfter(TimeSpan sinceReady) =>
        sinceReady >= WarmUp ? 1 : 1 + ((WarmUpFactor - 1) * (1 - (sinceReady / WarmUp)));

    private static ImmutableArray<double> Checked(ImmutableArray<double> edges)
    {
        for (var i = 0; i < edges.Length; i++)
        {
            if (!(edges[i] > (i == 0 ? 0 : edges[i - 1])) || double.IsInfinity(edges[i]))
            {
                throw new ArgumentException("Histogram edges are finite seconds above 0 in ascending order; +Inf is implied.", nameof(edges));
            }
        }

        return edges;
    }
}
