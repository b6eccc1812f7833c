namespace Guardrail.Statistics;

/// <summary>
/// How much more than independent events the events of healthy pods vary: phi-hat of detection.md 1.10. Each control pod in turn plays the
/// canary against all of them; phi-hat is the maximum over windows of 1, 3 and 12 ticks of sum (x - rho K)² / sum K rho (1-rho), over about
/// the last 30 min with exponential forgetting, so that no history is kept.
/// </summary>
/// <remarks>
/// Residuals x - rho K are taken per tick and then summed over the window, so that neither a moving share nor a moving rate counts as
/// dispersion. Little data is not taken at its word: per window the estimate is the mean of the raw ratio, weighted by its degrees of
/// freedom, and <see cref="DispersionOptions.PriorDispersion"/>, weighted by <see cref="DispersionOptions.PriorWeight"/>. A single pod has
/// nothing to be compared with and so never is data. Ticks without events are no data, but time passes in them. Observing allocates nothing
/// unless a slot is seen that is higher than any before. Not safe for concurrent use.
/// </remarks>
public sealed class DispersionEstimator
{
    private readonly ResidualWindows windows;

    /// <summary>Makes an estimator that has seen nothing.</summary>
    /// <param name="podCapacityHint">Slots for which room is made at once, 0 to 65536.</param>
    /// <param name="options">How to estimate; the defaults when null.</param>
    public DispersionEstimator(int podCapacityHint, DispersionOptions? options = null)
    {
        Check.Within(podCapacityHint, 0, PodTally.HighestSlot + 1, nameof(podCapacityHint));
        windows = new ResidualWindows(options ?? new DispersionOptions(), sumToZero: true);
        windows.EnsureCapacity(podCapacityHint);
    }

    /// <summary>phi-hat without the prior: the maximum of the windows' raw ratios; 1 when there is no data.</summary>
    public double Raw => windows.Raw;

    /// <summary>
    /// The dispersion to test with: max(1, 1.5 phi-hat), where phi-hat leans on the prior as long as data is scarce. 3 without any data.
    /// </summary>
    public double Dispersion => windows.Dispersion;

    /// <summary>
    /// Ticks over which an incident is spread, 1 to 12: by how much a longer window is more dispersed than a single tick. 1 while that could be
    /// chance. A cap on the evidence of a tick that is divided by this is a cap on the evidence of an incident.
    /// </summary>
    public double Persistence => windows.Persistence;

    /// <summary>
    /// How much data the shortest window has, in degrees of freedom; compare with <see cref="DispersionOptions.PriorWeight"/>.
    /// </summary>
    public double DegreesOfFreedom => windows.DegreesOfFreedom;

    /// <summary>Numbers that hold the state; grows with the highest slot seen.</summary>
    public int StateLength => windows.StateLength;

    /// <summary>Takes one tick of the control pods into account.</summary>
    /// <param name="pods">One tally per control pod; a pod that could not be read is left out. Each slot at most once.</param>
    public void Observe(ReadOnlySpan<PodTally> pods)
    {
        var (total, events, slots) = (0.0, 0.0, 0);
        foreach (ref readonly var pod in pods)
        {
            // A pod without requests cannot have had events in them; counting them would give its events to the others.
            total += pod.Total;
            events += pod.Total > 0 ? pod.Events : 0;
            slots = Math.Max(slots, pod.Slot + 1);
        }

        windows.EnsureCapacity(slots);
        if (events > 0)
        {
            foreach (ref readonly var pod in pods)
            {
                if (pod.Total > 0)
                {
                    var share = pod.Total / total;
                    windows.Add(pod.Slot, pod.Events - (share * events), events * share * (1 - share));
                }
            }
        }

        windows.EndTick();
    }

    /// <summary>Writes the state; every number is finite.</summary>
    /// <param name="destination">Exactly <see cref="StateLength"/> long.</param>
    public void CopyStateTo(Span<double> destination) => windows.CopyStateTo(destination);

    /// <summary>Continues from a state, bit for bit, with as many slots as it has.</summary>
    /// <exception cref="ArgumentException">The numbers cannot be a state of an estimator.</exception>
    public void RestoreState(ReadOnlySpan<double> state) => windows.RestoreState(state);
}
