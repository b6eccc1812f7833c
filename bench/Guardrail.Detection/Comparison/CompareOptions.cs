namespace Guardrail.Detection.Comparison;

/// <summary>How much is played.</summary>
/// <param name="Seed">Seed of all randomness. The same seed gives the same numbers whatever the degree.</param>
/// <param name="HealthyRuns">Runs of Guardrail per healthy cell.</param>
/// <param name="PeerRuns">Runs among them in which the other rules watch too, with every setting of their knobs.</param>
/// <param name="FaultyRuns">Runs per faulty cell.</param>
/// <param name="Degree">Runs played at the same time.</param>
public sealed record CompareOptions(ulong Seed, int HealthyRuns, int PeerRuns, int FaultyRuns, int Degree)
{
    /// <summary>At most a minute on two idle cores.</summary>
    public static CompareOptions Quick { get; } = new(1, 60, 16, 24, Environment.ProcessorCount);

    /// <summary>Everything: about an hour on two idle cores.</summary>
    public static CompareOptions Full { get; } = new(1, 5000, 400, 400, Environment.ProcessorCount);
}
