using System.Collections.Immutable;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;

namespace Guardrail.Metrics.Signals;

/// <summary>
/// A signal made ready to be read: the series it needs and how they become counters. Both metric sources use it, so that the same counters
/// give the same report wherever they were read.
/// </summary>
internal abstract class SignalPlan(SignalDefinition signal, SeriesRequest request, int firstStratumLabel)
{
    public SignalId Id { get; } = signal.Id;

    public SeriesRequest Request { get; } = request;

    /// <summary>Makes the plan of a signal.</summary>
    /// <exception cref="ArgumentException">The definition cannot be used; the message says why in one sentence.</exception>
    public static SignalPlan Of(SignalDefinition signal) => signal switch
    {
        SignalDefinition.ErrorRate errors => new ErrorPlan(errors),
        SignalDefinition.Latency latency => new LatencyPlan(latency),
        SignalDefinition.Business business => new BusinessPlan(business),
        _ => throw new ArgumentException($"Signal {signal.Id} is of a kind that no metric source knows.", nameof(signal)),
    };

    /// <summary>Turns the series of one moment into the signal's report.</summary>
    /// <param name="batch">The series.</param>
    /// <param name="frame">Their values.</param>
    /// <param name="absent">Pods that were asked for and of which no series came, with the reason.</param>
    /// <param name="origin">What was asked, for people, such as <c>http_requests_total{namespace="shop"}</c>.</param>
    public SignalReport Assemble(SampleBatch batch, SampleFrame frame, IEnumerable<UnreadPod> absent, string origin)
    {
        var faults = new PodFaults(batch, frame);
        FindCopies(batch, frame, faults);
        return Read(batch, frame, faults, [.. absent], origin);
    }

    /// <summary>Labels that follow the signal's own ones: its strata.</summary>
    protected static EquatableList<string> WithStrata(IEnumerable<string> own, SignalDefinition signal) =>
        [.. own, .. signal.StratumLabels];

    protected abstract SignalReport Read(
        SampleBatch batch, SampleFrame frame, PodFaults faults, ImmutableArray<UnreadPod> absent, string origin);

    /// <summary>The stratum of a series; of several labels the values are joined by blanks.</summary>
    protected string StratumOf(SampleBatch batch, int row)
    {
        var count = Request.Labels.Count - firstStratumLabel;
        if (count <= 1)
        {
            return count == 0 ? string.Empty : batch.Label(row, firstStratumLabel) ?? string.Empty;
        }

        var values = new string[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = batch.Label(row, firstStratumLabel + i) is { Length: > 0 } value ? value : "-";
        }

        return string.Join(' ', values);
    }

    /// <summary>The same endpoint scraped by two jobs would count every request twice and so double the evidence.</summary>
    private static void FindCopies(SampleBatch batch, SampleFrame frame, PodFaults faults)
    {
        var copyOf = new int[batch.EndpointCount];
        foreach (var cell in frame.Cells)
        {
            var endpoint = batch.EndpointOf(cell.Row);
            if (endpoint < 0)
            {
                continue;
            }

            var copy = batch.CopyOf(cell.Row) + 1;
            if (copyOf[endpoint] == 0)
            {
                copyOf[endpoint] = copy;
            }
            else if (copyOf[endpoint] != copy)
            {
                faults.Add(
                    batch.PodOf(cell.Row),
                    $"The same address gives {batch.MetricOf(cell.Row)} more than once (duplicate series: two scrape jobs, or replicas of " +
                    "the metrics system that are not deduplicated), which would count every request twice: let one job scrape it.");
            }
        }
    }
}
