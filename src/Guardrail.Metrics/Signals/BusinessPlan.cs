using System.Collections.Immutable;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;

namespace Guardrail.Metrics.Signals;

/// <summary>
/// Good events per request, from two counters of the same scrape. A counter with labels is often not shown before its first event, so a pod
/// with requests and without events counts none of them, but only if some pod shows the metric: else its name may be wrong.
/// </summary>
internal sealed class BusinessPlan(SignalDefinition.Business signal)
    : SignalPlan(
        signal,
        new SeriesRequest(signal.Requests, signal.NamespaceLabel, signal.PodLabel, WithStrata([], signal), Different(signal)),
        firstStratumLabel: 0)
{
    protected override SignalReport Read(
        SampleBatch batch, SampleFrame frame, PodFaults faults, ImmutableArray<UnreadPod> absent, string origin)
    {
        var table = new StrataTable<Tally>(batch);
        var proven = false;
        foreach (var cell in frame.Cells)
        {
            var pod = batch.PodOf(cell.Row);
            var good = batch.IsCompanion(cell.Row);
            proven |= good;
            if (faults.Has(pod) || (good && !frame.ScrapedAt.ContainsKey(pod)))
            {
                // Events of a pod without requests tell nothing; that it has none is told of it as absent.
                continue;
            }

            if (!CounterValue.TryRead(cell.Value, batch.MetricOf(cell.Row), out var count, out var problem))
            {
                faults.Add(pod, problem);
            }
            else if (good && !frame.IsPaired(pod, batch.InstanceOf(cell.Row)))
            {
                faults.Add(
                    pod,
                    $"Its {signal.Metric} and its {signal.Requests} are not of the same scrape, so they cannot be compared: " +
                    "serve both on one page and let one job scrape it.");
            }
            else
            {
                table[pod, StratumOf(batch, cell.Row)].Add(count, good);
            }
        }

        return new SignalReport.Counters(Id, [], Readings(table, faults, proven), faults.ToUnread(absent));
    }

    private static string Different(SignalDefinition.Business signal) => signal.Metric != signal.Requests
        ? signal.Metric
        : throw new ArgumentException(
            $"Signal {signal.Id} has {signal.Metric} as both metric and requests; name the counter of the good events as metric.",
            nameof(signal));

    private ImmutableArray<PodReading> Readings(StrataTable<Tally> table, PodFaults faults, bool proven)
    {
        var readings = ImmutableArray.CreateBuilder<PodReading>();
        foreach (var pod in table.ByPod())
        {
            if (Problem(pod.Strata, proven) is { } problem)
            {
                faults.Add(pod.Pod, problem);
            }

            if (faults.TryGetTime(pod.Pod, out var at))
            {
                readings.Add(new PodReading(
                    pod.Id, at,
                    [
                        .. pod.Strata.Where(static s => s.Value.HasRequests)
                            .Select(static s => new CounterSeries(s.Stratum, s.Value.Requests, [s.Value.Events])),
                    ]));
            }
        }

        return readings.ToImmutable();
    }

    private string? Problem(ArraySegment<StrataTable<Tally>.Entry> strata, bool proven)
    {
        if (!proven)
        {
            return $"No series of {signal.Metric} came for it or for any other pod: nothing was counted yet, or the metric has another name.";
        }

        foreach (var (_, _, stratum, tally) in strata)
        {
            if (tally is { HasRequests: false, Events: > 0 })
            {
                return $"Its {signal.Metric} has events in the stratum '{ReasonText.Clip(stratum)}', where {signal.Requests} has no series: " +
                    "take only such stratumLabels as both metrics carry with the same values.";
            }

            if (tally.Requests > CounterValue.Largest || tally.Events > CounterValue.Largest)
            {
                return "The sum of its counters is above 2^53, where single requests can no longer be told apart.";
            }
        }

        return null;
    }

    private sealed class Tally
    {
        public bool HasRequests { get; private set; }

        public long Requests { get; private set; }

        public long Events { get; private set; }

        public void Add(long count, bool good)
        {
            // Saturated rather than overflowing: a sum this large is refused afterwards.
            HasRequests |= !good;
            Requests = Math.Min(Requests + (good ? 0 : count), CounterValue.Largest + 1);
            Events = Math.Min(Events + (good ? count : 0), CounterValue.Largest + 1);
        }
    }
}
