namespace Guardrail.Statistics;

/// <summary>Which change of the canary's rate against the control's a ratio test looks for.</summary>
public enum RatioDirection
{
    /// <summary>More events in the canary than the null ratio allows: errors, slow requests, restarts.</summary>
    Increase,

    /// <summary>
    /// Fewer events in the canary: successes, orders. The mirrored test (detection.md D3): the null says that the canary's rate is at least
    /// the control's divided by the null ratio. Same as swapping the arms.
    /// </summary>
    Decrease,
}
