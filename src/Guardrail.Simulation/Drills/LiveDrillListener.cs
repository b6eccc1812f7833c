using System.Collections.Immutable;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Workloads;
using Guardrail.Simulation.Scenarios;

namespace Guardrail.Simulation.Drills;

/// <summary>Keeps what participants get to know of a live play, which tells it on threads of its own.</summary>
/// <param name="plan">What is drilled.</param>
public sealed class LiveDrillListener(DrillPlan plan) : IScenarioListener
{
    private readonly Lock gate = new();
    private readonly DrillListener listener = new(plan);
    private volatile IReadOnlyList<GuardrailBelief> answers = [];

    /// <summary>What Guardrail believed when it last read the pods.</summary>
    internal IReadOnlyList<GuardrailBelief> Answers => answers;

    /// <inheritdoc/>
    public void Happened(Moment moment)
    {
        lock (gate)
        {
            listener.Happened(moment);
        }
    }

    /// <inheritdoc/>
    public void Decided(PlayedDecision decision)
    {
        lock (gate)
        {
            listener.Decided(decision);
        }
    }

    /// <inheritdoc/>
    public void Ticked(TimeSpan at, Fleet fleet) => answers =
        [.. fleet.Workloads.Select(w => new GuardrailBelief(w.View.Id.Name, w.IsChanging, w.Describe().Rollout?.Id, GuardrailAnswer.Of(w)))];

    internal List<DrillNews> Take()
    {
        lock (gate)
        {
            return listener.Take();
        }
    }
}

/// <summary>What Guardrail believes of a service.</summary>
/// <param name="Service">The service.</param>
/// <param name="IsChanging">Whether it is being rolled out.</param>
/// <param name="Rollout">Its rollout; null when it has seen none.</param>
/// <param name="Words">What it would say.</param>
internal sealed record GuardrailBelief(string Service, bool IsChanging, RolloutId? Rollout, string Words);
