namespace Guardrail.Simulation.Scenarios.Play;

/// <summary>What a person does to a service while a scenario is played, with the rights of whoever is on call. Closed.</summary>
/// <param name="Person">Who does it.</param>
/// <param name="Service">To which service, one of the scenario's.</param>
internal abstract record PersonAct(string Person, string? Service)
{
    /// <summary>Pauses the rollout.</summary>
    public sealed record Hold(string Person, string Service) : PersonAct(Person, Service);

    /// <summary>Lets a paused rollout go on.</summary>
    public sealed record Resume(string Person, string Service) : PersonAct(Person, Service);

    /// <summary>Goes back to another revision.</summary>
    /// <param name="Person">Who does it.</param>
    /// <param name="Service">To which service.</param>
    /// <param name="To">Which; null for the one that ran before the last rollout.</param>
    public sealed record RollBack(string Person, string Service, string? To) : PersonAct(Person, Service);

    /// <summary>Says that the rollout is good, and lets it go on if it is paused.</summary>
    /// <param name="Person">Who does it.</param>
    /// <param name="Service">Of which service; null for the one rolled out last.</param>
    public sealed record Approve(string Person, string? Service) : PersonAct(Person, Service);
}
