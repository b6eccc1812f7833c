namespace Guardrail.Engine.Policies;

/// <summary>How many rollbacks within a window are still believed; more are decided, but not carried out.</summary>
public sealed record StormLimit
{
    /// <summary>Most rollbacks within the window, 1 to 1000. Default 3.</summary>
    public int Rollbacks { get; init; } = 3;

    /// <summary>The window, 1 min to 24 h. Default 10 min.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>How many rollbacks of changes that agents made freeze further such changes.</summary>
public sealed record FreezeLimit
{
    /// <summary>Rollbacks within the window that freeze, 1 to 1000. Default 3.</summary>
    public int Rollbacks { get; init; } = 3;

    /// <summary>The window, 1 h to 30 days. Default 7 days.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromDays(7);

    /// <summary>When a person last lifted the freeze: rollbacks up to then do not count. Null when nobody did.</summary>
    public DateTimeOffset? LiftedAt { get; init; }
}
