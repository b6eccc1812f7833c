using System.Text.Json.Serialization;

namespace Guardrail.Engine.Rollouts;

/// <summary>Whether a rollback brought back what it was made for. Closed.</summary>
[JsonDerivedType(typeof(Awaited), nameof(Awaited))]
[JsonDerivedType(typeof(Watched), nameof(Watched))]
[JsonDerivedType(typeof(Cured), nameof(Cured))]
[JsonDerivedType(typeof(NotCured), nameof(NotCured))]
[JsonDerivedType(typeof(Unknown), nameof(Unknown))]
public abstract record Cure
{
    private Cure()
    {
    }

    /// <summary>Name of the case, for records and labels.</summary>
    public string Name => GetType().Name;

    /// <summary>The rollback is written; the restored revision does not serve alone yet.</summary>
    /// <param name="Since">Since when.</param>
    public sealed record Awaited(DateTimeOffset Since) : Cure;

    /// <summary>The restored revision serves, and is held against what was usual before the rollout.</summary>
    /// <param name="Since">Since when.</param>
    public sealed record Watched(DateTimeOffset Since) : Cure;

    /// <summary>Errors and latency are what they were before the rollout.</summary>
    /// <param name="At">When that was clear.</param>
    public sealed record Cured(DateTimeOffset At) : Cure;

    /// <summary>They are not: the change was not the cause, or not the only one. Nothing more is rolled back.</summary>
    /// <param name="At">When that was clear.</param>
    public sealed record NotCured(DateTimeOffset At) : Cure;

    /// <summary>There was too little data to tell, or the workload changed again first.</summary>
    /// <param name="At">When it was given up.</param>
    public sealed record Unknown(DateTimeOffset At) : Cure;
}
