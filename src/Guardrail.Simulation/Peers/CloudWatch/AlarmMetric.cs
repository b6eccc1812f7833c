namespace Guardrail.Simulation.Peers.CloudWatch;

/// <summary>
/// The metric that an alarm watches, kept in steps as long as the time between two evaluations. A datapoint sums the steps of one period;
/// at every evaluation the periods are counted back from that moment.
/// </summary>
/// <param name="options">The alarm.</param>
internal sealed class AlarmMetric(CloudWatchOptions options)
{
    // The evaluation range of an alarm is a little longer than N.
    private readonly int range = options.EvaluationPeriods + AlarmEvaluation.ExtraPeriods;
    private readonly int stepsPerPeriod = (int)Math.Round(options.Period / options.EvaluatedEvery);
    private readonly StepCounts canary = new(options.EvaluatedEvery);
    private readonly StepCounts control = new(options.EvaluatedEvery);
    private readonly Queue<Step> steps = new();
    private readonly List<Datapoint> datapoints = [];

    /// <summary>Datapoints of the evaluation range so far, oldest first; a datapoint without requests is missing.</summary>
    public IReadOnlyList<Datapoint> Datapoints => datapoints;

    /// <summary>Takes in a tick.</summary>
    /// <returns>Whether it is time for an evaluation.</returns>
    public bool Add(in PeerTick tick)
    {
        control.Add(tick.End, tick.Control);
        if (!canary.Add(tick.End, tick.Canary))
        {
            return false;
        }

        steps.Enqueue(Close(tick.Edges.Length));
        canary.Begin();
        control.Begin();
        if (steps.Count > range * stepsPerPeriod)
        {
            steps.Dequeue();
        }

        if (steps.Count < stepsPerPeriod)
        {
            return false;
        }

        Gather();
        return true;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        canary.Clear();
        control.Clear();
        steps.Clear();
        datapoints.Clear();
    }

    private Step Close(int edges)
    {
        var fleet = options.FleetWide;
        var slower = edges == 0 ? [] : new long[edges];
        for (var i = 0; i < edges; i++)
        {
            slower[i] = (i < canary.Slower.Length ? canary.Slower[i] : 0) + (fleet && i < control.Slower.Length ? control.Slower[i] : 0);
        }

        return new(canary.Requests + (fleet ? control.Requests : 0), canary.Errors + (fleet ? control.Errors : 0), slower);
    }

    private void Gather()
    {
        // The oldest steps that fill no whole period are left out.
        datapoints.Clear();
        var skip = steps.Count % stepsPerPeriod;
        var number = 0;
        foreach (var step in steps)
        {
            if (number >= skip)
            {
                if ((number - skip) % stepsPerPeriod == 0)
                {
                    datapoints.Add(new(new long[step.Slower.Length]));
                }

                datapoints[^1].Add(step);
            }

            number++;
        }
    }

    /// <summary>Counts between two evaluations.</summary>
    internal readonly record struct Step(long Requests, long Errors, long[] Slower);

    /// <summary>Counts of one period.</summary>
    /// <param name="slower">Requests slower than each edge.</param>
    internal sealed class Datapoint(long[] slower)
    {
        public long Requests { get; private set; }

        public long Errors { get; private set; }

        public ReadOnlySpan<long> Slower => slower;

        public void Add(in Step step)
        {
            Requests += step.Requests;
            Errors += step.Errors;
            for (var i = 0; i < slower.Length; i++)
            {
                slower[i] += step.Slower[i];
            }
        }
    }
}
