namespace Guardrail.Statistics;

/// <summary>
/// Evidence that more than one canary pod is bad: E_jack = min over canary pods i of the evidence without pod i (detection.md 1.10). It is
/// an e-process of "all but at most one canary pod are fine", so one bad pod or node is not blamed on the revision.
/// </summary>
/// <remarks>
/// Up to <see cref="MostGroups"/> slots are left out one by one. Beyond that, slots that are equal modulo 64 are left out together: still
/// valid, because the group that holds the one bad pod leaves it out, and the weaker the fewer pods remain. With a single canary pod there
/// is never evidence. A pod that appears late starts from the evidence of all pods before it, which is what it would have had. Observing
/// allocates nothing. Not safe for concurrent use.
/// </remarks>
public sealed class LeaveOnePodOut
{
    /// <summary>Slots that are left out one by one: 64.</summary>
    public const int MostGroups = 64;

    private readonly RateRatioTest all;
    private readonly RateRatioTest[] without;
    private readonly bool[] seen;
    private readonly long[] totals;
    private readonly long[] events;

    /// <summary>Makes a test that has seen nothing.</summary>
    /// <param name="podCapacity">Highest number of canary pods expected, 1 or more; above 64, pods are left out in groups.</param>
    /// <param name="options">Of each test.</param>
    public LeaveOnePodOut(int podCapacity, RateRatioOptions options)
    {
        var groups = Math.Min(MostGroups, Check.Within(podCapacity, 1, PodTally.HighestSlot + 1, nameof(podCapacity)));
        all = new RateRatioTest(options);
        without = new RateRatioTest[groups];
        for (var group = 0; group < groups; group++)
        {
            without[group] = new RateRatioTest(options);
        }

        (seen, totals, events) = (new bool[groups], new long[groups], new long[groups]);
    }

    /// <summary>Natural logarithm of the least evidence over the pods left out; 0 before any canary pod was seen.</summary>
    public double LogEvidence { get; private set; }

    /// <summary>Natural logarithm of the evidence of all canary pods, as <see cref="RateRatioTest"/> has it.</summary>
    public double LogEvidenceOfAll => all.LogEvidence;

    /// <summary>
    /// The slot (modulo 64) without which the evidence is least, the pod to look at first; -1 before any canary pod was seen.
    /// </summary>
    public int Suspect { get; private set; } = -1;

    /// <summary>Numbers that hold the state.</summary>
    public int StateLength => without.Length + ((without.Length + 1) * all.StateLength);

    /// <summary>Takes one tick without strata into account.</summary>
    /// <param name="controlTotal">Exposure of all control pods, 0 or more.</param>
    /// <param name="controlEvents">Events of all control pods, 0 or more.</param>
    /// <param name="canaryPods">One tally per canary pod; each slot at most once.</param>
    public void Observe(long controlTotal, long controlEvents, ReadOnlySpan<PodTally> canaryPods)
    {
        AddStratum(controlTotal, controlEvents, canaryPods);
        EndTick();
    }

    /// <summary>Takes one stratum of the current tick into account; call <see cref="EndTick"/> after the last.</summary>
    /// <param name="controlTotal">Exposure of all control pods, 0 or more.</param>
    /// <param name="controlEvents">Events of all control pods, 0 or more.</param>
    /// <param name="canaryPods">One tally per canary pod that had the stratum; each slot at most once.</param>
    public void AddStratum(long controlTotal, long controlEvents, ReadOnlySpan<PodTally> canaryPods)
    {
        var (total, count) = (0L, 0L);
        foreach (ref readonly var pod in canaryPods)
        {
            var group = pod.Slot % without.Length;
            Admit(group);
            totals[group] += pod.Total;
            events[group] += pod.Events;
            total += pod.Total;
            count += pod.Events;
        }

        all.Accumulate(new TwoArmTally(controlTotal, total, controlEvents, count));
        for (var group = 0; group < without.Length; group++)
        {
            // A group not seen yet stands for no pod; it gets the state of all as soon as it does.
            if (seen[group])
            {
                without[group].Accumulate(new TwoArmTally(controlTotal, total - totals[group], controlEvents, count - events[group]));
            }
        }

        totals.AsSpan().Clear();
        events.AsSpan().Clear();
    }

    /// <summary>Ends a tick whose strata were added one by one.</summary>
    public void EndTick()
    {
        all.EndTick();
        foreach (var test in without)
        {
            test.EndTick();
        }

        FindLeast();
    }

    /// <summary>Writes the state between two ticks; every number is finite.</summary>
    /// <param name="destination">Exactly <see cref="StateLength"/> long.</param>
    public void CopyStateTo(Span<double> destination)
    {
        Check.Length(destination.Length, StateLength, nameof(destination));
        for (var group = 0; group < without.Length; group++)
        {
            destination[group] = seen[group] ? 1 : 0;
            without[group].CopyStateTo(Part(destination, group));
        }

        all.CopyStateTo(Part(destination, without.Length));
    }

    /// <summary>Continues from a state, bit for bit.</summary>
    /// <exception cref="ArgumentException">The numbers cannot be a state of this test.</exception>
    public void RestoreState(ReadOnlySpan<double> state)
    {
        Check.Length(state.Length, StateLength, nameof(state));
        var each = all.StateLength;
        for (var group = 0; group < without.Length; group++)
        {
            seen[group] = state[group] != 0;
            without[group].RestoreState(state.Slice(without.Length + (group * each), each));
        }

        all.RestoreState(state[^each..]);
        FindLeast();
    }

    private Span<double> Part(Span<double> state, int index) => state.Slice(without.Length + (index * all.StateLength), all.StateLength);

    private void Admit(int group)
    {
        if (!seen[group])
        {
            seen[group] = true;
            without[group].CopyFrom(all);
        }
    }

    private void FindLeast()
    {
        (LogEvidence, Suspect) = (0, -1);
        for (var group = 0; group < without.Length; group++)
        {
            if (seen[group] && (Suspect < 0 || without[group].LogEvidence < LogEvidence))
            {
                (LogEvidence, Suspect) = (without[group].LogEvidence, group);
            }
        }
    }
}
