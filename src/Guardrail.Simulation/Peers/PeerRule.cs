namespace Guardrail.Simulation.Peers;

/// <summary>What the rules share: a decision, once made, stands.</summary>
public abstract class PeerRule : IPeerRule
{
    private PeerDecision decision;

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public PeerDecision Observe(in PeerTick tick)
    {
        if (decision == PeerDecision.Undecided)
        {
            decision = Judge(tick);
        }

        return decision;
    }

    /// <inheritdoc/>
    public void Reset()
    {
        decision = PeerDecision.Undecided;
        Forget();
    }

    /// <summary>Takes in the next tick of a rollout that is not yet decided.</summary>
    protected abstract PeerDecision Judge(in PeerTick tick);

    /// <summary>Forgets what was observed.</summary>
    protected abstract void Forget();
}
