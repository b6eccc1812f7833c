using Guardrail.Metrics.Observing;

namespace Guardrail.Metrics.Prometheus;

/// <summary>
/// Asks the simplest of all queries, which every compatible system answers (some of them have no build information to ask for).
/// </summary>
internal static class PrometheusProbe
{
    public static async ValueTask<SourceProbe> RunAsync(
        ApiClient client, PrometheusOptions options, string name, CancellationToken cancellationToken)
    {
        var sink = new OneSink();
        return await client.ProbeAsync(ApiCall.Instant("vector(1)", options.QueryTimeout), sink, cancellationToken) switch
        {
            QueryOutcome.Answered when sink.IsOne => new SourceProbe.Ready($"{name} answers queries."),
            QueryOutcome.Answered => new SourceProbe.Wrong(
                $"{name} answered the query vector(1) with something else than 1, so it is no Prometheus-compatible API."),
            QueryOutcome.Faulted { Kind: FaultKind.Refused or FaultKind.Malformed or FaultKind.TooLarge } fault =>
                new SourceProbe.Wrong(fault.Reason),
            QueryOutcome.Faulted fault => new SourceProbe.Unreachable(fault.Reason),
            var other => throw new InvalidOperationException($"Unknown outcome {other}."),
        };
    }

    private sealed class OneSink : ISeriesSink
    {
        public bool IsOne { get; private set; }

        public IReadOnlyList<string> Labels => [];

        public void Add(SeriesRow row) => IsOne = row.Points is [(_, 1.0)];
    }
}
