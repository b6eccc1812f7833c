namespace Guardrail.Engine.Detectors;

/// <summary>Ways of looking at a rollout.</summary>
public enum DetectorKind
{
    /// <summary>A signal of the new revision against the same signal of the old one, tick by tick (D1, D2; business events: D3).</summary>
    Comparison,

    /// <summary>Requests per ready pod of the new revision against the old one (D3).</summary>
    RequestShare,

    /// <summary>Requests of the whole workload against their forecast (D4).</summary>
    Volume,

    /// <summary>Restarts and lost readiness per pod of the new revision against the old one (D5).</summary>
    PodLifecycle,

    /// <summary>A signal after the old revision is gone, against what it was before the rollout (D6).</summary>
    AfterRollout,

    /// <summary>A signal of another workload, against what it was before this rollout.</summary>
    Impact,
}
