using System.Runtime.CompilerServices;
using Guardrail.Metrics.Observing;
using Guardrail.Metrics.Signals;

namespace Guardrail.Metrics.Prometheus;

/// <summary>
/// Asks the expressions of live reads over past time, in chunks that stay below the server's limit of points per series and below a number
/// of
/// samples per answer; a chunk that proves too large is halved.
/// </summary>
internal sealed class Backfill(ApiClient client, PrometheusOptions options, IMetricSourceObserver observer, StringPool pool)
{
    private const int FirstSteps = 60;
    private const int MostSteps = 10_000;

    /// <summary>One moment per step, ascending; its readings in the order of the queries.</summary>
    public async IAsyncEnumerable<Moment> ReadAsync(
        IReadOnlyList<PromQl> queries, DateTimeOffset from, DateTimeOffset until, TimeSpan step,
            [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Prometheus knows milliseconds only.
        from = DateTimeOffset.FromUnixTimeMilliseconds(from.ToUnixTimeMilliseconds());
        step = TimeSpan.FromMilliseconds(Math.Floor(step.TotalMilliseconds));
        var size = FirstSteps;
        var rhythms = queries.Select(_ => new ScrapeRhythm(options.StaleAfter)).ToArray();
        while (from <= until)
        {
            var steps = (int)Math.Min(size, ((until - from) / step) + 1);
            var chunks = new List<Chunk>(queries.Count);
            foreach (var query in queries)
            {
                chunks.Add(await AskAsync(query, from, step, steps, cancellationToken));
                if (chunks[^1].TooLarge && steps > 1)
                {
                    break;
                }
            }

            if (chunks.Exists(static chunk => chunk.TooLarge) && steps > 1)
            {
                size = Math.Max(1, steps / 2);
                continue;
            }

            for (var i = 0; i < steps; i++)
            {
                yield return new Moment(from + (step * i), [.. chunks.Select((chunk, query) => chunk.At(i, rhythms[query]))]);
            }

            from += step * steps;
            size = NextSize(chunks);
        }
    }

    private int NextSize(List<Chunk> chunks)
    {
        var rows = chunks.Count == 0 ? 1 : chunks.Max(static chunk => chunk.Rows);
        return Math.Clamp(options.BackfillSamples / Math.Max(1, rows), 1, MostSteps);
    }

    private async ValueTask<Chunk> AskAsync(
        PromQl query, DateTimeOffset from, TimeSpan step, int steps, CancellationToken cancellationToken)
    {
        var call = ApiCall.Range(query.Expression, from, from + (step * (steps - 1)), step, options.QueryTimeout);
        var (outcome, chunk) = await client.AskAsync(call, () => new Chunk(query, from, step, steps, pool), cancellationToken);
        if (outcome is QueryOutcome.Faulted fault)
        {
            return new Chunk(query, from, step, 0, pool) { Fault = fault };
        }

        var answered = (QueryOutcome.Answered)outcome;
        observer.Observe(new MetricSourceEvent.QueryAnswered(query.Request.Metric, answered.Duration, chunk!.Series, answered.Bytes));
        return chunk;
    }

    /// <summary>What the queries gave at one step.</summary>
    internal sealed record Moment(DateTimeOffset At, IReadOnlyList<QueryReading> Readings);

    private sealed class Chunk : ISeriesSink
    {
        private readonly PromQl query;
        private readonly SampleFrame[] frames;
        private readonly BatchSink sink;

        public Chunk(PromQl query, DateTimeOffset from, TimeSpan step, int steps, StringPool pool)
        {
            this.query = query;
            frames = new SampleFrame[steps];
            for (var i = 0; i < steps; i++)
            {
                frames[i] = new SampleFrame();
            }

            var start = from.ToUnixTimeMilliseconds() / 1000.0;
            sink = new BatchSink(query, time => Frame((time - start) / step.TotalSeconds), pool);
        }

        public QueryOutcome.Faulted? Fault { get; init; }

        public int Series => sink.Series;

        public int Rows => sink.Rows;

        public IReadOnlyList<string> Labels => sink.Labels;

        public bool TooLarge =>
            Fault is { Kind: FaultKind.TooLarge } ||
            (Fault is { Kind: FaultKind.Refused } refused && refused.Reason.Contains("too many samples", StringComparison.Ordinal));

        public void Add(SeriesRow row) => sink.Add(row);

        public QueryReading At(int step, ScrapeRhythm rhythm)
        {
            if (Fault is not null)
            {
                return QueryReading.Blind(query, Fault.Reason);
            }

            var frame = frames[step];
            var batch = sink.Batch;
            var missing =
                batch.SeriesWithoutPod == 0 && !frame.Cells.Exists(cell => !batch.IsCompanion(cell.Row)) ? query.Origin
                : query.Request.Companion is not null && batch.CompanionsWithoutPod == 0
                    && !frame.Cells.Exists(cell => batch.IsCompanion(cell.Row)) ? query.CompanionOrigin
                : null;
            if (missing is not null)
            {
                return QueryReading.Blind(query, $"0 series of {missing} were there at that time.");
            }

            rhythm.FindStale(sink.Batch, frame);
            return new QueryReading(query, sink.Batch, frame, QueryReading.ProblemOf(query, sink.Batch));
        }

        private SampleFrame? Frame(double index) =>
            double.IsNaN(index) || Math.Round(index) is < 0 || Math.Round(index) >= frames.Length ? null : frames[(int)Math.Round(index)];
    }
}
