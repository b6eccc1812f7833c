namespace Guardrail.Simulation.Peers;

/// <summary>Another tool's rule for taking a release back, fed tick by tick with the same counts that Guardrail is fed.</summary>
public interface IPeerRule
{
    /// <summary>Name for people, with the settings that tell it from its siblings.</summary>
    string Name { get; }

    /// <summary>Takes in the next tick. After a decision other than <see cref="PeerDecision.Undecided"/> the answer does not change until <see cref="Reset"/>.</summary>
    /// <param name="tick">The tick; ticks follow each other without overlap.</param>
    PeerDecision Observe(in PeerTick tick);

    /// <summary>Forgets everything, so that the next tick is the first of another rollout.</summary>
    void Reset();
}

/// <summary>What a rule says of a rollout so far.</summary>
public enum PeerDecision
{
    /// <summary>Nothing yet: the rollout goes on.</summary>
    Undecided,

    /// <summary>Stop and wait for a human (Argo Rollouts: Inconclusive). Not counted as a rollback.</summary>
    Pause,

    /// <summary>Take the release back.</summary>
    RollBack,
}
