namespace Guardrail.Statistics;

/// <summary>
/// One tick of one stratum, both arms: exposure and bad events. Exposure is requests where events are requests gone wrong, and pod-seconds
/// where events are restarts; events may therefore exceed the exposure, and no test here assumes that they do not unless it says so.
/// </summary>
/// <param name="ControlTotal">Exposure of the control (old revision), 0 or more.</param>
/// <param name="CanaryTotal">Exposure of the canary (new revision), 0 or more.</param>
/// <param name="ControlEvents">Events in the control, 0 or more.</param>
/// <param name="CanaryEvents">Events in the canary, 0 or more.</param>
/// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
public readonly record struct TwoArmTally(long ControlTotal, long CanaryTotal, long ControlEvents, long CanaryEvents)
{
    /// <summary>Exposure of the control (old revision).</summary>
    public long ControlTotal { get; init => field = Check.NotNegative(value); } = Check.NotNegative(ControlTotal);

    /// <summary>Exposure of the canary (new revision).</summary>
    public long CanaryTotal { get; init => field = Check.NotNegative(value); } = Check.NotNegative(CanaryTotal);

    /// <summary>Events in the control.</summary>
    public long ControlEvents { get; init => field = Check.NotNegative(value); } = Check.NotNegative(ControlEvents);

    /// <summary>Events in the canary.</summary>
    public long CanaryEvents { get; init => field = Check.NotNegative(value); } = Check.NotNegative(CanaryEvents);

    /// <summary>
    /// Whether the tick tells anything of a ratio: both arms were exposed and at least one event happened. Every other tick leaves a test
    /// exactly as it was (detection.md 1.2: K=0 or one arm without requests gives l=0).
    /// </summary>
    public bool IsInformative => ControlTotal > 0 && CanaryTotal > 0 && (ControlEvents > 0 || CanaryEvents > 0);

    /// <summary>The canary's share of the exposure (rho), strictly between 0 and 1 when both arms were exposed.</summary>
    internal double CanaryShare => CanaryTotal / ((double)ControlTotal + CanaryTotal);

    /// <summary>Events of both arms (K).</summary>
    internal double Events => (double)ControlEvents + CanaryEvents;
}
