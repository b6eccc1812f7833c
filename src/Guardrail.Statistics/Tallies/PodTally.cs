namespace Guardrail.Statistics;

/// <summary>One tick of one pod: exposure and events.</summary>
/// <param name="Slot">
/// Small dense number that stands for the pod, 0 to 65535; the caller keeps it the same from tick to tick and may give a gone pod's slot to
/// another pod.
/// </param>
/// <param name="Total">Exposure of the tick (requests, pod-seconds), 0 or more.</param>
/// <param name="Events">Events of the tick, 0 or more.</param>
/// <exception cref="ArgumentOutOfRangeException">A number is negative, or the slot is above 65535.</exception>
public readonly record struct PodTally(int Slot, long Total, long Events)
{
    internal const int HighestSlot = 65535;

    /// <summary>Small dense number that stands for the pod.</summary>
    public int Slot { get; init => field = Check.Within(value, 0, HighestSlot); } = Check.Within(Slot, 0, HighestSlot);

    /// <summary>Exposure of the tick.</summary>
    public long Total { get; init => field = Check.NotNegative(value); } = Check.NotNegative(Total);

    /// <summary>Events of the tick.</summary>
    public long Events { get; init => field = Check.NotNegative(value); } = Check.NotNegative(Events);
}
