using System.Collections.Immutable;
using Guardrail.Simulation.Traffic.Models;

namespace Guardrail.Detection.Cells;

/// <summary>One situation of the benchmark (detection.md section 5): traffic, errors, schedule, disturbances, and a defect or none.</summary>
public sealed record Cell
{
    /// <summary>Name, unique in the catalogue.</summary>
    public required string Name { get; init; }

    /// <summary>Requests per second at the start of the rollout, above 0. Default 100.</summary>
    public double RequestsPerSecond { get; init; } = 100;

    /// <summary>Change of the rate over the observed time by the time of day, as a factor reached at the end. Default 1: none.</summary>
    public double DiurnalFactor { get; init; } = 1;

    /// <summary>Standard deviation of the logarithm of the rate's wandering, forgotten over five minutes. Default 0.1.</summary>
    public double RateNoise { get; init; } = 0.1;

    /// <summary>Shape of the gamma number that a pod's share is drawn from every 15 s; infinity splits evenly. Default 50.</summary>
    public double SplitConcentration { get; init; } = 50;

    /// <summary>Pods and share of traffic of each revision as the rollout proceeds.</summary>
    public RolloutSchedule Schedule { get; init; } = RolloutSchedule.Canary(9, 1, 0.1);

    /// <summary>Errors of a healthy pod.</summary>
    public CellErrors Errors { get; init; } = new();

    /// <summary>Latency of a healthy pod, or null when latency is not under test, which is much cheaper. Default null.</summary>
    public LatencyModel? Latency { get; init; }

    /// <summary>How the latency of pods differs, where it is under test.</summary>
    public LatencyNoise LatencyNoise { get; init; } = new();

    /// <summary>Routes, which are then strata of every signal; empty when requests are not told apart. Not together with bursts. Default: none.</summary>
    public ImmutableArray<Route> Routes { get; init; } = [];

    /// <summary>Good events, or null when none are counted. Default null.</summary>
    public BusinessEvents? Business { get; init; }

    /// <summary>Other guarded services of the cluster. Default: none.</summary>
    public ImmutableArray<Neighbour> Neighbours { get; init; } = [];

    /// <summary>How the pods are read.</summary>
    public Scraping Scraping { get; init; } = new();

    /// <summary>What happens that is not the new revision's doing.</summary>
    public ImmutableArray<Disturbance> Disturbances { get; init; } = [];

    /// <summary>What is wrong with the new revision. Default: nothing.</summary>
    public Defect Defect { get; init; } = Defect.None.Instance;

    /// <summary>What ought to be done about the defect. Default: take the release back.</summary>
    public RightAnswer Answer { get; init; }

    /// <summary>Time from the start of the rollout to the onset of the defect. Default 0.</summary>
    public TimeSpan Onset { get; init; }

    /// <summary>Time observed before the rollout, from which noise can be learned. Default 10 minutes.</summary>
    public TimeSpan History { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Time observed from the start of the rollout. Default 30 minutes.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Whether the new revision is healthy, so that taking it back is a mistake.</summary>
    public bool IsHealthy => Defect is Defect.None;
}

/// <summary>Errors of a healthy pod.</summary>
public sealed record CellErrors
{
    /// <summary>Share of requests that fail, 0 to 1. Default 0.001.</summary>
    public double BaseRate { get; init; } = 0.001;

    /// <summary>Standard deviation τ of the logarithm of each pod's own factor on that rate. Default 0.</summary>
    public double PodSpread { get; init; }

    /// <summary>Variance over mean of the errors of a tick over all pods, by a factor shared by all; at least 1. Default 1: Poisson.</summary>
    public double SharedDispersion { get; init; } = 1;

    /// <summary>Size of the incidents that errors come in, each on one pod; null when every error is on its own. Default null.</summary>
    public BurstSize? Bursts { get; init; }

    /// <summary>Ticks over which an incident is spread, at least 1. Default 1.</summary>
    public int BurstTicks { get; init; } = 1;
}

/// <summary>How the latency of healthy pods differs.</summary>
public sealed record LatencyNoise
{
    /// <summary>Standard deviation of the logarithm of each pod's own factor. Default 0.</summary>
    public double PodSpread { get; init; }

    /// <summary>Ticks in a hundred in which a pod stalls (collects garbage, is throttled). Default 0.</summary>
    public double StallPercent { get; init; }

    /// <summary>Factor on the latency of a pod that stalls, at least 1. Default 4.</summary>
    public double StallFactor { get; init; } = 4;
}

/// <summary>How pods are read.</summary>
public sealed record Scraping
{
    /// <summary>Seconds between scrapes of a pod, above 0. Each pod has its own phase. Default 5.</summary>
    public double IntervalSeconds { get; init; } = 5;

    /// <summary>Whether the new pods are scraped at the end of a tick and the old ones at its beginning, instead of each when it happens. Default false.</summary>
    public bool Apart { get; init; }

    /// <summary>Share of scrapes that fail, 0 to 1. Default 0.01.</summary>
    public double Missed { get; init; } = 0.01;

    /// <summary>Restarts of a healthy pod per hour, which set its counters to 0. Default 0.</summary>
    public double RestartsPerHour { get; init; }
}
