using Guardrail.Simulation.Traffic;
using Guardrail.Simulation.Traffic.Faults;

namespace Guardrail.Simulation.Scenarios.Play;

/// <summary>A service among others, as requests go along the calls: the same whether it is played in virtual time or in a cluster.</summary>
internal interface ITrafficNode
{
    /// <summary>The service by the scenario.</summary>
    ScenarioService Service { get; }

    /// <summary>What came of the requests of the tick that was ended last.</summary>
    ServiceTally Tick { get; }

    /// <summary>Revisions with pods that serve.</summary>
    IEnumerable<ServingRevision> Serving { get; }

    /// <summary>When the first request of a rollout's pods was spoilt, pod by pod.</summary>
    IEnumerable<(int Rollout, TimeSpan At)> FirstBad { get; }

    /// <summary>What other services do to it from now on.</summary>
    void Surround(in Surroundings by);

    /// <summary>Draws its requests up to a time.</summary>
    void AdvanceTo(TimeSpan now);

    /// <summary>Ends the tick: everything served up to now is in <see cref="Tick"/>.</summary>
    void EndTick();
}

/// <summary>A revision that serves.</summary>
/// <param name="Behaviour">What is wrong with it.</param>
/// <param name="Origin">From when on its faults count, since the start.</param>
/// <param name="Ready">Pods of it that are ready.</param>
/// <param name="Rollout">Number of the rollout that its bad requests are laid to; below 0 for none.</param>
internal readonly record struct ServingRevision(RevisionBehaviour Behaviour, TimeSpan Origin, int Ready, int Rollout);
