namespace Guardrail.Simulation.Peers;

/// <summary>What one arm of a rollout did in one tick, as the differences of its pods' counters.</summary>
/// <param name="pods">Pods whose counters were read in the tick; 0 means that nothing is known, not that nothing happened.</param>
/// <param name="requests">Requests in the tick.</param>
/// <param name="errors">Errors among them.</param>
/// <param name="slower">Requests slower than each of the tick's edges; empty when latency is not measured.</param>
public readonly ref struct ArmTick(int pods, long requests, long errors, ReadOnlySpan<long> slower = default)
{
    /// <summary>Pods whose counters were read in the tick.</summary>
    public int Pods { get; } = pods;

    /// <summary>Requests in the tick.</summary>
    public long Requests { get; } = requests;

    /// <summary>Errors among the requests.</summary>
    public long Errors { get; } = errors;

    /// <summary>Requests slower than each of the tick's edges.</summary>
    public ReadOnlySpan<long> Slower { get; } = slower;
}

/// <summary>One tick of a rollout: what every rule is fed, Guardrail's and the others'.</summary>
/// <param name="end">Seconds from the start of the rollout to the end of the tick.</param>
/// <param name="length">Seconds the tick lasted.</param>
/// <param name="control">The old revision.</param>
/// <param name="canary">The new revision.</param>
/// <param name="edges">Upper edges of the latency histogram in seconds, ascending, without +Inf; empty when latency is not measured.</param>
public readonly ref struct PeerTick(double end, double length, ArmTick control, ArmTick canary, ReadOnlySpan<double> edges = default)
{
    /// <summary>Seconds from the start of the rollout to the end of the tick.</summary>
    public double End { get; } = end;

    /// <summary>Seconds the tick lasted.</summary>
    public double Length { get; } = length;

    /// <summary>The old revision.</summary>
    public ArmTick Control { get; } = control;

    /// <summary>The new revision.</summary>
    public ArmTick Canary { get; } = canary;

    /// <summary>Upper edges of the latency histogram in seconds.</summary>
    public ReadOnlySpan<double> Edges { get; } = edges;
}
