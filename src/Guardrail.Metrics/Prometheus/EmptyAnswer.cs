using Guardrail.Metrics.Signals;

namespace Guardrail.Metrics.Prometheus;

/// <summary>Finds out why a query brought no series, with one more query a minute at most for each metric.</summary>
internal sealed class EmptyAnswer(ApiClient client, PrometheusOptions options, TimeProvider time)
{
    private const int MostRemembered = 1000;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private readonly Lock gate = new();
    private readonly Dictionary<SeriesRequest, (long AskedAt, string Found)> known = [];

    /// <param name="request">The metric, without companion.</param>
    /// <param name="origin">The selector as people write it.</param>
    /// <param name="cancellationToken">Ends it; only then it throws.</param>
    public async ValueTask<string> ExplainAsync(SeriesRequest request, string origin, CancellationToken cancellationToken)
    {
        var start = $"0 series of {origin} came: ";
        lock (gate)
        {
            if (known.TryGetValue(request, out var before) && time.GetElapsedTime(before.AskedAt) < Pause)
            {
                return start + before.Found;
            }

            if (known.Count >= MostRemembered)
            {
                known.Clear();
            }

            // Noted before asking, so that a diagnosis that fails is not repeated at every tick either.
            known[request] = (time.GetTimestamp(), "why is not known yet.");
        }

        var call = ApiCall.Instant(PromQl.Diagnosis(request), options.QueryTimeout);
        var (outcome, counts) = await client.AskAsync(call, () => new CountSink(), cancellationToken);
        var found = outcome is QueryOutcome.Answered && counts is not null ? Explain(request, counts.Counts)
            : "the query that would tell why failed.";
        lock (gate)
        {
            known[request] = (time.GetTimestamp(), found);
        }

        return start + found;
    }

    private static string Explain(SeriesRequest request, Dictionary<string, double> counts)
    {
        var all = counts.GetValueOrDefault("all");
        return all switch
        {
            0 when counts.GetValueOrDefault("native") > 0 =>
                $"the histogram exists without {request.Metric}, so it is a native one; let Prometheus keep the classic buckets too " +
                "(scrape_classic_histograms, or always_scrape_classic_histograms since 3.0).",
            0 => $"Prometheus knows no metric {request.Metric}; is its name right, and are the pods scraped?",
            _ when counts.GetValueOrDefault("pod") == 0 =>
                $"none of its {all} series anywhere has the label {request.PodLabel}, which must name the pod; " +
                "add it by relabeling, or set podLabel.",
            _ when counts.GetValueOrDefault("namespace") == 0 =>
                $"none of its {all} series anywhere has the label {request.NamespaceLabel}, which must name the namespace; " +
                "add it by relabeling, or set namespaceLabel.",
            _ => $"the metric has {all} series elsewhere, but none in these namespaces; " +
                "there was no traffic yet, or their pods are not scraped.",
        };
    }

    private sealed class CountSink : ISeriesSink
    {
        public Dictionary<string, double> Counts { get; } = new(StringComparer.Ordinal);

        public IReadOnlyList<string> Labels { get; } = [PromQl.Part];

        public void Add(SeriesRow row)
        {
            if (row.Labels[0] is { } part && row.Points.Count > 0)
            {
                Counts[part] = row.Points[0].Value;
            }
        }
    }
}
