using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;

namespace Guardrail.Metrics.Signals;

/// <summary>
/// Requests and errors from one counter. A series that carries none of the outcome labels (a connection that ended without an answer, in
/// some instrumentations) counts neither as a request nor as an error; a pod none of whose series carries one is unread.
/// </summary>
internal sealed class ErrorPlan(SignalDefinition.ErrorRate signal)
    : SignalPlan(
        signal,
        new SeriesRequest(signal.Metric, signal.NamespaceLabel, signal.PodLabel, WithStrata(signal.OutcomeLabels, signal)),
        signal.OutcomeLabels.Count)
{
    private readonly OutcomeClass outcomes = new(signal);

    protected override SignalReport Read(
        SampleBatch batch, SampleFrame frame, PodFaults faults, ImmutableArray<UnreadPod> absent, string origin)
    {
        var table = new StrataTable<Tally>(batch);
        var classified = new bool[batch.Pods.Count];
        foreach (var cell in frame.Cells)
        {
            var pod = batch.PodOf(cell.Row);
            if (faults.Has(pod))
            {
                continue;
            }

            if (!CounterValue.TryRead(cell.Value, Request.Metric, out var count, out var problem))
            {
                faults.Add(pod, problem);
            }
            else if (OutcomeOf(batch, cell.Row) is { } outcome)
            {
                classified[pod] = true;
                table[pod, StratumOf(batch, cell.Row)].Add(count, outcomes.IsError(outcome));
            }
        }

        var without = FaultPodsWithoutOutcome(batch, frame, classified, faults);
        if (without > 0 && without == batch.Pods.Count)
        {
            return new SignalReport.NoEvidence(
                Id,
                $"{batch.RowCount} series of {origin} came, but none carries any of the labels {signal.OutcomeLabels}: " +
                $"set outcomeLabels of signal {Id} to the label that holds the status of a request.");
        }

        return new SignalReport.Counters(Id, [], Readings(table, faults), faults.ToUnread(absent));
    }

    private static ImmutableArray<PodReading> Readings(StrataTable<Tally> table, PodFaults faults)
    {
        var readings = ImmutableArray.CreateBuilder<PodReading>();
        foreach (var pod in table.ByPod())
        {
            if (pod.Strata.Any(static stratum => stratum.Value.Total > CounterValue.Largest))
            {
                faults.Add(pod.Pod, "The sum of its counters is above 2^53, where single requests can no longer be told apart.");
            }

            if (faults.TryGetTime(pod.Pod, out var at))
            {
                readings.Add(new PodReading(
                    pod.Id, at, [.. pod.Strata.Select(s => new CounterSeries(s.Stratum, s.Value.Total, [s.Value.Errors]))]));
            }
        }

        return readings.ToImmutable();
    }

    private int FaultPodsWithoutOutcome(SampleBatch batch, SampleFrame frame, bool[] classified, PodFaults faults)
    {
        var without = 0;
        var seen = new bool[classified.Length];
        foreach (var cell in frame.Cells)
        {
            var pod = batch.PodOf(cell.Row);
            if (!classified[pod] && !seen[pod] && !faults.Has(pod))
            {
                seen[pod] = true;
                without++;
                faults.Add(pod, $"None of its series of {Request.Metric} carries any of the labels {signal.OutcomeLabels}.");
            }
        }

        return without;
    }

    private string? OutcomeOf(SampleBatch batch, int row)
    {
        for (var i = 0; i < signal.OutcomeLabels.Count; i++)
        {
            if (batch.Label(row, i) is { Length: > 0 } outcome)
            {
                return outcome;
            }
        }

        return null;
    }

    private sealed class Tally
    {
        public long Total { get; private set; }

        public long Errors { get; private set; }

        public void Add(long count, bool error)
        {
            // Saturated rather than overflowing: a sum this large is refused afterwards.
            Total = Math.Min(Total + count, CounterValue.Largest + 1);
            Errors = Math.Min(Errors + (error ? count : 0), CounterValue.Largest + 1);
        }
    }
}
