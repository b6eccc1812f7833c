using System.Collections.Immutable;
using System.Globalization;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;

namespace Guardrail.Metrics.Signals;

/// <summary>Requests slower than each edge of a classic histogram: its +Inf bucket less the bucket of the edge.</summary>
internal sealed class LatencyPlan(SignalDefinition.Latency signal)
    : SignalPlan(
        signal,
        new SeriesRequest(signal.Metric + "_bucket", signal.NamespaceLabel, signal.PodLabel, WithStrata(["le"], signal)),
        firstStratumLabel: 1)
{
    protected override SignalReport Read(
        SampleBatch batch, SampleFrame frame, PodFaults faults, ImmutableArray<UnreadPod> absent, string origin)
    {
        var table = new StrataTable<Histogram>(batch);
        var withoutEdge = 0;
        foreach (var cell in frame.Cells)
        {
            var pod = batch.PodOf(cell.Row);
            if (faults.Has(pod))
            {
                continue;
            }

            var edge = batch.Label(cell.Row, 0);
            if (string.IsNullOrEmpty(edge))
            {
                withoutEdge++;
                faults.Add(pod, $"A series of {Request.Metric} has no label le, so it is no histogram bucket.");
            }
            else if (!TryReadEdge(edge, out var upper))
            {
                faults.Add(pod, $"A series of {Request.Metric} has le=\"{ReasonText.Clip(edge)}\", which is no number.");
            }
            else if (!CounterValue.TryRead(cell.Value, Request.Metric, out var count, out var problem))
            {
                faults.Add(pod, problem);
            }
            else
            {
                table[pod, StratumOf(batch, cell.Row)].Add(upper, count);
            }
        }

        if (withoutEdge > 0 && withoutEdge == batch.Pods.Count)
        {
            return new SignalReport.NoEvidence(
                Id,
                $"{batch.RowCount} series of {origin} came, but none has the label le: " +
                $"{signal.Metric} is no classic histogram, or a relabeling drops le.");
        }

        return Report(table, faults, absent, origin);
    }

    private static bool TryReadEdge(string text, out double edge)
    {
        if (text is "+Inf" or "Inf" or "inf" or "+inf")
        {
            edge = double.PositiveInfinity;
            return true;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out edge) && double.IsFinite(edge);
    }

    private SignalReport Report(StrataTable<Histogram> table, PodFaults faults, ImmutableArray<UnreadPod> absent, string origin)
    {
        var candidates = new List<(StrataTable<Histogram>.PodStrata Pod, DateTimeOffset At)>();
        var layouts = new List<double[]>();
        foreach (var pod in table.ByPod())
        {
            foreach (var stratum in pod.Strata)
            {
                if (!stratum.Value.TryClose(Request.Metric, out var problem))
                {
                    faults.Add(pod.Pod, problem);
                }
            }

            if (faults.TryGetTime(pod.Pod, out var at))
            {
                candidates.Add((pod, at));
                layouts.Add(EdgeChoice.Common(pod.Strata.Select(static s => s.Value.Edges)));
            }
        }

        var choice = EdgeChoice.Of(layouts);
        if (choice.Edges.Length == 0 && candidates.Count > 0)
        {
            return new SignalReport.NoEvidence(
                Id,
                $"The {candidates.Count} pods of {origin} have no histogram edge in common (for instance " +
                $"{ReasonText.Edges(layouts[0])} and {ReasonText.Edges(layouts[^1])}): give their histograms the same buckets.");
        }

        var readings = ImmutableArray.CreateBuilder<PodReading>(candidates.Count);
        for (var i = 0; i < candidates.Count; i++)
        {
            var (pod, at) = candidates[i];
            if (choice.Fits(layouts[i]))
            {
                readings.Add(new PodReading(pod.Id, at, [.. pod.Strata.Select(s => s.Value.ToSeries(s.Stratum, choice.Edges))]));
            }
            else
            {
                faults.Add(
                    pod.Pod,
                    $"Its histogram edges {ReasonText.Edges(layouts[i])} have too little in common with those of most pods, " +
                    $"{ReasonText.Edges([.. choice.Edges])}: align the buckets or give the workload a signal of its own.");
            }
        }

        return new SignalReport.Counters(Id, choice.Edges, readings.ToImmutable(), faults.ToUnread(absent));
    }
}
