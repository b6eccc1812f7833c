using Guardrail.Simulation.Peers;

namespace Guardrail.Detection.Cells;

/// <summary>
/// Turns the readings of a run into the counts of both arms per tick: differences of each pod's counters between scrapes. A counter
/// that fell was reset and counts from 0; a pod's first reading is only a beginning.
/// </summary>
/// <param name="run">The run.</param>
/// <param name="goodEvents">Whether a request counts as an error when it leads to no good event.</param>
public sealed class ArmDifferences(CellRun run, bool goodEvents = false)
{
    private readonly PodSample[] last = new PodSample[run.PodCount];
    private readonly bool[] known = new bool[run.PodCount];
    private readonly long[] lastSlower = new long[run.PodCount * run.Edges.Length];
    private readonly long[] controlSlower = new long[run.Edges.Length];
    private readonly long[] canarySlower = new long[run.Edges.Length];
    private Sum control;
    private Sum canary;
    private double before;

    /// <summary>Forgets every reading.</summary>
    public void Begin()
    {
        Array.Clear(known);
        before = double.NegativeInfinity;
    }

    /// <summary>The tick that the run has just played.</summary>
    public PeerTick Read()
    {
        (control, canary) = (default, default);
        Array.Clear(controlSlower);
        Array.Clear(canarySlower);
        for (var i = 0; i < last.Length; i++)
        {
            var sample = run[i];
            if (!sample.IsFresh)
            {
                continue;
            }

            if (known[i])
            {
                Add(i, sample);
            }

            (known[i], last[i]) = (true, sample);
            run.Slower(i).CopyTo(lastSlower.AsSpan(i * run.Edges.Length));
        }

        var length = double.IsInfinity(before) ? 0 : run.Now - before;
        before = run.Now;
        return new(run.Now, length, Arm(control, controlSlower), Arm(canary, canarySlower), run.Edges);
    }

    private static ArmTick Arm(Sum sum, long[] slower) => new(sum.Pods, sum.Requests, sum.Errors, slower);

    private void Add(int pod, PodSample sample)
    {
        var reset = sample.Requests < last[pod].Requests || sample.Restarts != last[pod].Restarts;
        ref var sum = ref sample.IsCanary ? ref canary : ref control;
        sum.Pods++;
        sum.Requests += sample.Requests - (reset ? 0 : last[pod].Requests);
        sum.Errors += Bad(sample) - (reset ? 0 : Bad(last[pod]));
        var slower = run.Slower(pod);
        var earlier = lastSlower.AsSpan(pod * run.Edges.Length);
        var target = sample.IsCanary ? canarySlower : controlSlower;
        for (var i = 0; i < slower.Length; i++)
        {
            target[i] += slower[i] - (reset ? 0 : earlier[i]);
        }
    }

    private long Bad(in PodSample sample) => goodEvents ? sample.Requests - sample.Good : sample.Errors;

    private record struct Sum(int Pods, long Requests, long Errors);
}
