using Guardrail.Engine.Guarding;

namespace Guardrail.Simulation.Scenarios;

/// <summary>Told what happens in a run as it is played, on the thread that plays it.</summary>
public interface IScenarioListener
{
    /// <summary>Something happened that was not Guardrail's doing.</summary>
    /// <param name="moment">What.</param>
    void Happened(Moment moment);

    /// <summary>Guardrail decided something.</summary>
    /// <param name="decision">What.</param>
    void Decided(PlayedDecision decision);

    /// <summary>A tick has been taken in.</summary>
    /// <param name="at">Its end.</param>
    /// <param name="fleet">What Guardrail knows.</param>
    void Ticked(TimeSpan at, Fleet fleet);
}
