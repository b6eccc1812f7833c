using System.Collections.Immutable;
using Guardrail.Detection.Cells;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;

namespace Guardrail.Detection.Guarding;

/// <summary>Tells of a run what a metric source would: the raw counters of every pod that could be scraped.</summary>
internal sealed class CellReports(CellRun run, CellViews views, EquatableList<SignalDefinition> signals)
{
    private readonly ImmutableArray<double> edges = [.. run.Edges];

    public MetricReport Report(DateTimeOffset at)
    {
        var reports = ImmutableArray.CreateBuilder<SignalReport>(signals.Count);
        foreach (var signal in signals)
        {
            reports.Add(signal switch
            {
                SignalDefinition.ErrorRate => Counters(signal.Id, isLatency: false),
                SignalDefinition.Latency when !edges.IsEmpty => Counters(signal.Id, isLatency: true),
                _ => new SignalReport.NoEvidence(signal.Id, "the service does not count this"),
            });
        }

        return new(at, reports.MoveToImmutable());
    }

    private SignalReport.Counters Counters(SignalId signal, bool isLatency)
    {
        var readings = ImmutableArray.CreateBuilder<PodReading>(run.PodCount);
        ImmutableArray<UnreadPod> unread = [];
        for (var i = 0; i < run.PodCount; i++)
        {
            var sample = run[i];
            if (sample.IsFresh)
            {
                ImmutableArray<long> events = isLatency ? [.. run.Slower(i)] : [sample.Errors];
                readings.Add(new(views.Id(i), CellViews.At(sample.ScrapedAt), [new(string.Empty, sample.Requests, events)]));
            }
            else if (sample.IsServing)
            {
                unread = unread.Add(new(views.Id(i), "the scrape failed"));
            }
        }

        return new(signal, isLatency ? edges : [], readings.DrainToImmutable(), unread);
    }
}
