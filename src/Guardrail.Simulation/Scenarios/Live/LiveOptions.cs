namespace Guardrail.Simulation.Scenarios;

/// <summary>How a scenario is played in a cluster.</summary>
public sealed record LiveOptions
{
    /// <summary>Fastest that a daemon can be run: its time limits for requests (2 s for a scrape) shrink by the factor, the network and the work do not.</summary>
    public const double MostSpeed = 20;

    /// <summary>Seed of all randomness. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How much faster than real time the clock of the cluster and the daemon runs, 1 to <see cref="MostSpeed"/>. Default 1.</summary>
    public double Speed
    {
        get;
        init => field = value is >= 1 and <= MostSpeed ? value : throw new ArgumentOutOfRangeException(nameof(value), $"The speed is 1 to {MostSpeed}.");
    } = 1;

    /// <summary>File that is written: a kubeconfig by which the daemon finds the embedded cluster; it is replaced. Null, the default, writes none.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>Told what happens, by one thread at a time, not always the same; null for nobody.</summary>
    public IScenarioListener? Listener { get; init; }
}
