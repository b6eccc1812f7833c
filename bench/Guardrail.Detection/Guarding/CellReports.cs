using System.Collections.Immutable;
using Guardrail.Detection.Cells;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;

namespace Guardrail.Detection.Guarding;

/// <summary>Tells of runs what a metric source would: the raw counters of every pod that could be scraped.</summary>
/// <param name="guarded">The runs, the one under test first.</param>
/// <param name="cell">The cell of that one.</param>
/// <param name="signals">What is asked for.</param>
internal sealed class CellReports(ImmutableArray<GuardedRun> guarded, Cell cell, EquatableList<SignalDefinition> signals)
{
    private readonly ImmutableArray<double> edges = [.. guarded[0].Run.Edges];

    private enum Kind
    {
        Errors,
        Latency,
        Good,
    }

    public MetricReport Report(DateTimeOffset at)
    {
        var reports = ImmutableArray.CreateBuilder<SignalReport>(signals.Count);
        foreach (var signal in signals)
        {
            reports.Add(signal switch
            {
                SignalDefinition.ErrorRate => Counters(signal.Id, Kind.Errors),
                SignalDefinition.Latency when !edges.IsEmpty => Counters(signal.Id, Kind.Latency),
                SignalDefinition.Business => Counters(signal.Id, Kind.Good),
                _ => new SignalReport.NoEvidence(signal.Id, "the service does not count this"),
            });
        }

        return new(at, reports.MoveToImmutable());
    }

    private SignalReport.Counters Counters(SignalId signal, Kind kind)
    {
        var readings = ImmutableArray.CreateBuilder<PodReading>(guarded.Sum(one => one.Run.PodCount));
        ImmutableArray<UnreadPod> unread = [];
        foreach (var one in guarded)
        {
            // A neighbour counts its requests and errors, and nothing else.
            if (one != guarded[0] && kind != Kind.Errors)
            {
                continue;
            }

            for (var i = 0; i < one.Run.PodCount; i++)
            {
                var sample = one.Run[i];
                if (sample.IsFresh)
                {
                    readings.Add(new(one.Views.Id(i), CellViews.At(sample.ScrapedAt), Series(one, i, sample, kind)));
                }
                else if (sample.IsServing)
                {
                    unread = unread.Add(new(one.Views.Id(i), "the scrape failed"));
                }
            }
        }

        return new(signal, kind == Kind.Latency ? edges : [], readings.DrainToImmutable(), unread);
    }

    private ImmutableArray<CounterSeries> Series(GuardedRun one, int pod, in PodSample sample, Kind kind)
    {
        if (cell.Routes.IsEmpty || one != guarded[0])
        {
            return [new(string.Empty, sample.Requests, Events(kind, one.Run.Slower(pod), sample.Errors, sample.Good))];
        }

        var series = ImmutableArray.CreateBuilder<CounterSeries>(cell.Routes.Length);
        for (var route = 0; route < cell.Routes.Length; route++)
        {
            // A series is there from the first request on that it counts.
            var (requests, errors, good) = one.Run.Tally(pod).Read(route);
            if (requests > 0)
            {
                series.Add(new(cell.Routes[route].Name, requests, Events(kind, one.Run.Slower(pod, route), errors, good)));
            }
        }

        return series.DrainToImmutable();
    }

    private static ImmutableArray<long> Events(Kind kind, ReadOnlySpan<long> slower, long errors, long good) => kind switch
    {
        Kind.Latency => [.. slower],
        Kind.Good => [good],
        _ => [errors],
    };
}
