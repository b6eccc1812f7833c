using BenchmarkDotNet.Attributes;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Observations;

namespace Guardrail.Speed;

/// <summary>
/// One observation of one rollout as the daemon makes it: the counters of 20 pods, errors and a histogram of 12 edges, through every detector of the
/// default policy, to the decisions. Reading them from a metric source is not part of it.
/// </summary>
public class ObservationBenchmark
{
    private const int Ticks = 360;

    private IReadOnlyList<MetricReport> reports = [];
    private Fleet fleet = new([]);

    /// <summary>Makes the readings.</summary>
    [GlobalSetup]
    public void SetUp() => reports = SampleRollout.Reports(SampleRollout.HistoryTicks + Ticks);

    /// <summary>Begins the rollout anew, so that every iteration sees the same ticks.</summary>
    [IterationSetup]
    public void Begin() => fleet = SampleRollout.Begin(reports);

    /// <summary>Half an hour of ticks; told per tick.</summary>
    [Benchmark(Description = "one tick: 20 pods, 12 edges, every detector", OperationsPerInvoke = Ticks)]
    public int Observe()
    {
        var decisions = 0;
        for (var tick = SampleRollout.HistoryTicks; tick < SampleRollout.HistoryTicks + Ticks; tick++)
        {
            decisions += fleet.Observe(SampleRollout.Scope, reports[tick]).Count;
        }

        return decisions;
    }
}
