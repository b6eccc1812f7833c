using System.Collections.Concurrent;
using Guardrail.Metrics.Observing;
using Guardrail.Metrics.Signals;

namespace Guardrail.Metrics.Prometheus;

/// <summary>Asks one expression now.</summary>
internal sealed class LiveQuery(
    ApiClient client, PrometheusOptions options, TimeProvider time, IMetricSourceObserver observer, StringPool pool)
{
    private const int MostRhythms = 1000;
    private readonly EmptyAnswer empty = new(client, options, time);
    private readonly ConcurrentDictionary<string, ScrapeRhythm> rhythms = new(StringComparer.Ordinal);

    public async ValueTask<QueryReading> ReadAsync(PromQl query, CancellationToken cancellationToken)
    {
        var (outcome, answer) = await client.AskAsync(
            ApiCall.Instant(query.Expression, options.QueryTimeout), () => new Answer(query, pool), cancellationToken);
        if (outcome is QueryOutcome.Faulted fault)
        {
            return QueryReading.Blind(query, fault.Reason);
        }

        var (sink, frame) = (answer!.Sink, answer.Frame);
        var answered = (QueryOutcome.Answered)outcome;
        observer.Observe(new MetricSourceEvent.QueryAnswered(query.Request.Metric, answered.Duration, sink.Series, answered.Bytes));
        if (sink.Batch.SeriesOf(companion: false) == 0)
        {
            return QueryReading.Blind(query, await empty.ExplainAsync(query.Request.Alone, query.Origin, cancellationToken));
        }

        if (query.Request.OfCompanion is { } companion && sink.Batch.SeriesOf(companion: true) == 0)
        {
            return QueryReading.Blind(query, await empty.ExplainAsync(companion, query.CompanionOrigin, cancellationToken));
        }

        TellSkew(frame, answered.AskedAt);
        if (rhythms.Count > MostRhythms)
        {
            rhythms.Clear();
        }

        rhythms.GetOrAdd(query.Expression, _ => new ScrapeRhythm(options.StaleAfter)).FindStale(sink.Batch, frame);
        return new QueryReading(query, sink.Batch, frame, QueryReading.ProblemOf(query, sink.Batch));
    }

    private void TellSkew(SampleFrame frame, DateTimeOffset askedAt)
    {
        if (frame.EvaluatedAt is { } server && (server - askedAt).Duration() is var skew && skew > options.LargestClockSkew)
        {
            observer.Observe(new MetricSourceEvent.ClockSkewed(server - askedAt));
        }
    }

    private sealed class Answer : ISeriesSink
    {
        public Answer(PromQl query, StringPool pool) => Sink = new BatchSink(query, _ => Frame, pool);

        public SampleFrame Frame { get; } = new();

        public BatchSink Sink { get; }

        public IReadOnlyList<string> Labels => Sink.Labels;

        public void Add(SeriesRow row) => Sink.Add(row);
    }
}
