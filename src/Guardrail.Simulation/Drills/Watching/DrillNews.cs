namespace Guardrail.Simulation.Drills;

/// <summary>Something that participants get to know. Closed.</summary>
/// <param name="At">When, since the drill began.</param>
/// <param name="Service">Of which service; null of all.</param>
/// <param name="Words">What, for people.</param>
public abstract record DrillNews(TimeSpan At, string? Service, string Words)
{
    /// <summary>The cluster shows it: a rollout, what a participant did.</summary>
    public sealed record Change(TimeSpan At, string? Service, string Words) : DrillNews(At, Service, Words);

    /// <summary>An alert fires.</summary>
    public sealed record Alert(TimeSpan At, string? Service, string Words) : DrillNews(At, Service, Words);

    /// <summary>An alert is over.</summary>
    public sealed record AlertOver(TimeSpan At, string? Service, string Words) : DrillNews(At, Service, Words);

    /// <summary>Guardrail decided something, where it acts.</summary>
    /// <param name="At">When.</param>
    /// <param name="Service">Of which service.</param>
    /// <param name="Words">Why.</param>
    /// <param name="Decision">What.</param>
    public sealed record Guardrail(TimeSpan At, string? Service, string Words, Engine.Decisions.DecisionKind Decision) : DrillNews(At, Service, Words);

    /// <summary>What a participant wanted had no effect.</summary>
    public sealed record Refused(TimeSpan At, string? Service, string Words) : DrillNews(At, Service, Words);

    /// <summary>Guardrail's answer to whoever asked.</summary>
    public sealed record Answer(TimeSpan At, string? Service, string Words) : DrillNews(At, Service, Words);
}
