namespace Guardrail.Statistics;

/// <summary>
/// How much the rates of healthy pods differ lastingly: tau, the standard deviation of the log ratio of a pod's rate to the mean rate
/// (detection.md 1.10), by the method of moments from control pods, over about the last 30 min with exponential forgetting.
/// </summary>
/// <remarks>
/// Moments are taken of the counts instead of their logarithms, which are undefined at zero events: with d_i the summed per-tick residuals
/// x - rho K of pod i, v_i their variance if the pods were alike, and a_i = sum rho K its expected events, E sum d_i² = phi sum v_i + s²
/// sum a_i² (1 - 2 rho_i + sum rho²), and tau² = ln(1 + s²). What the pods' common burstiness (phi) explains is taken off first. Without
/// data tau is 0. Observing allocates nothing unless a slot is seen that is higher than any before. A slot that is given to another pod
/// brings the gone pod's past with it, so give each pod a slot of its own as long as there are few. Not safe for concurrent use.
/// </remarks>
public sealed class PodHeterogeneity
{
    /// <summary>z of <see cref="NullRatioFor"/> when none is given: one in a thousand, one-sided.</summary>
    public const double DefaultQuantile = 3.09;

    private const double LeastNullRatio = 1.5;
    private readonly double forgetting;
    private double[] residuals;
    private double[] variances;
    private double[] expected;

    /// <summary>Slots that may hold something; the others hold zeros.</summary>
    private int reach;

    /// <summary>Makes an estimator that has seen nothing.</summary>
    /// <param name="podCapacityHint">Slots for which room is made at once, 0 to 65536.</param>
    /// <param name="memoryTicks">Ticks after which past data weighs 1/e, above 0. Default 360: 30 min at a tick of 5 s.</param>
    public PodHeterogeneity(int podCapacityHint, double memoryTicks = 360)
    {
        Check.Within(podCapacityHint, 0, PodTally.HighestSlot + 1, nameof(podCapacityHint));
        forgetting = Math.Exp(-1 / Check.Between(memoryTicks, 0, double.PositiveInfinity));
        (residuals, variances, expected) = (new double[podCapacityHint], new double[podCapacityHint], new double[podCapacityHint]);
    }

    /// <summary>Numbers that hold the state; grows with the highest slot seen.</summary>
    public int StateLength => 3 * residuals.Length;

    /// <summary>
    /// The null ratio that pods which differ this much need: max(1.5, e^(z tau sqrt(1/m_A + 1/m_B))), so that the luck of which pods are
    /// new passes for a regression with a probability of at most that of z.
    /// </summary>
    /// <param name="tau">Standard deviation of the log ratio, 0 or more.</param>
    /// <param name="controlPods">Control pods (m_A), 1 or more.</param>
    /// <param name="canaryPods">Canary pods (m_B), 1 or more.</param>
    /// <param name="quantile">Normal quantile (z), 0 or more.</param>
    public static double NullRatioFor(double tau, int controlPods, int canaryPods, double quantile = DefaultQuantile)
    {
        Check.Within(tau, 0, double.MaxValue, nameof(tau));
        Check.Within(quantile, 0, double.MaxValue, nameof(quantile));
        Check.Within(controlPods, 1, int.MaxValue, nameof(controlPods));
        Check.Within(canaryPods, 1, int.MaxValue, nameof(canaryPods));
        return Math.Max(LeastNullRatio, Math.Exp(quantile * tau * Math.Sqrt((1.0 / controlPods) + (1.0 / canaryPods))));
    }

    /// <summary>Takes one tick of the control pods into account.</summary>
    /// <param name="pods">One tally per control pod; a pod that could not be read is left out. Each slot at most once.</param>
    public void Observe(ReadOnlySpan<PodTally> pods)
    {
        var (total, events, slots) = (0.0, 0.0, residuals.Length);
        foreach (ref readonly var pod in pods)
        {
            total += pod.Total;
            events += pod.Total > 0 ? pod.Events : 0;
            slots = Math.Max(slots, pod.Slot + 1);
        }

        Grow(slots);
        var squared = forgetting * forgetting;
        for (var slot = 0; slot < reach; slot++)
        {
            residuals[slot] *= forgetting;
            variances[slot] *= squared;
            expected[slot] *= forgetting;
        }

        if (events <= 0)
        {
            return;
        }

        foreach (ref readonly var pod in pods)
        {
            if (pod.Total > 0)
            {
                var share = pod.Total / total;
                residuals[pod.Slot] += pod.Events - (share * events);
                variances[pod.Slot] += events * share * (1 - share);
                expected[pod.Slot] += events * share;
                reach = Math.Max(reach, pod.Slot + 1);
            }
        }
    }

    /// <summary>tau-hat: 0 when the pods differ no more than their burstiness explains, or when there are fewer than two.</summary>
    /// <param name="dispersion">
    /// Burstiness within a pod (phi), 1 or more; the raw estimate of the shortest window. 1 errs towards a larger tau.
    /// </param>
    public double Tau(double dispersion = 1)
    {
        Check.Within(dispersion, 1, double.MaxValue);
        var (events, squaredExpected) = (0.0, 0.0);
        foreach (var value in expected)
        {
            events += value;
            squaredExpected += value * value;
        }

        if (events == 0)
        {
            return 0;
        }

        var (excess, leverage) = (0.0, 0.0);
        for (var slot = 0; slot < expected.Length; slot++)
        {
            var a = expected[slot];
            excess += (residuals[slot] * residuals[slot]) - (dispersion * variances[slot]);
            leverage += a * a * (1 - (2 * a / events) + (squaredExpected / (events * events)));
        }

        return leverage > 0 && excess > 0 ? Math.Sqrt(double.LogP1(excess / leverage)) : 0;
    }

    /// <summary>Writes the state; every number is finite.</summary>
    /// <param name="destination">Exactly <see cref="StateLength"/> long.</param>
    public void CopyStateTo(Span<double> destination)
    {
        Check.Length(destination.Length, StateLength, nameof(destination));
        residuals.CopyTo(destination);
        variances.CopyTo(destination[residuals.Length..]);
        expected.CopyTo(destination[(2 * residuals.Length)..]);
    }

    /// <summary>Continues from a state, bit for bit, with as many slots as it has.</summary>
    /// <exception cref="ArgumentException">The numbers cannot be a state of an estimator.</exception>
    public void RestoreState(ReadOnlySpan<double> state)
    {
        var slots = state.Length / 3;
        var valid = state.Length % 3 == 0 && slots <= PodTally.HighestSlot + 1;
        for (var i = 0; i < state.Length; i++)
        {
            valid &= double.IsFinite(state[i]) && (i < slots || state[i] >= 0);
        }

        if (!valid)
        {
            throw new ArgumentException("Not a state that an estimator wrote: start a new one.", nameof(state));
        }

        (residuals, variances, expected) = (state[..slots].ToArray(), state[slots..(2 * slots)].ToArray(), state[(2 * slots)..].ToArray());
        reach = slots;
    }

    private void Grow(int slots)
    {
        if (slots > residuals.Length)
        {
            Array.Resize(ref residuals, slots);
            Array.Resize(ref variances, slots);
            Array.Resize(ref expected, slots);
        }
    }
}
