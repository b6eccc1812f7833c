using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Ports;
using Guardrail.Metrics.Observing;
using Guardrail.Metrics.Signals;

namespace Guardrail.Metrics.Prometheus;

/// <summary>
/// Reads raw counters from the query API of Prometheus or of a system that speaks it (Thanos, Mimir, VictoriaMetrics): one query per
/// distinct
/// signal, whatever the number of workloads.
/// </summary>
/// <remarks>
/// <para>
/// Clocks: no evaluation time is sent, so "latest" is the server's. <see cref="PodReading.At"/> is the scrape's own timestamp on
/// Prometheus's
/// clock, never corrected, so that the same scrape always carries the same time; staleness is judged on that clock too. A difference to our
/// clock above <see cref="PrometheusOptions.LargestClockSkew"/> is told to the observer. <see cref="MetricReport.At"/> is our clock.
/// </para>
/// <para>Several sources may use one client. Safe for concurrent use.</para>
/// </remarks>
public sealed class PrometheusSource : IMetricSource, IDisposable
{
    private readonly PrometheusOptions options;
    private readonly TimeProvider time;
    private readonly IMetricSourceObserver observer;
    private readonly StringPool pool = new();
    private readonly PlanCache plans = new();
    private readonly ApiExchange exchange;
    private readonly LiveQuery live;
    private readonly Backfill backfill;
    private readonly SemaphoreSlim places;
    private readonly ApiClient client;

    /// <summary>Makes a source.</summary>
    /// <param name="http">Client, best from <see cref="Http.MetricHttp"/>; credentials are its business. Not disposed of here.</param>
    /// <param name="options">Where and how patiently to ask.</param>
    /// <param name="time">Clock.</param>
    /// <param name="observer">Told of every query and fault; null when nobody listens.</param>
    /// <param name="random">Spreads retries; null for one seeded with 1.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public PrometheusSource(
        HttpClient http, PrometheusOptions options, TimeProvider time, IMetricSourceObserver? observer = null, Random? random = null)
    {
        options.Validate();
        (this.options, this.time, this.observer) = (options, time, observer ?? SilentObserver.Instance);
        exchange = new ApiExchange(http, options, time, pool);
        client = new ApiClient(exchange, options, time, this.observer, random ?? new Random(1));
        live = new LiveQuery(client, options, time, this.observer, pool);
        backfill = new Backfill(client, options, this.observer, pool);
        places = new SemaphoreSlim(options.ConcurrentQueries);
    }

    /// <inheritdoc/>
    public string Name => exchange.Name;

    /// <inheritdoc/>
    public bool KeepsHistory => true;

    /// <inheritdoc/>
    public async ValueTask<MetricReport> ReadAsync(MetricScope scope, CancellationToken cancellationToken)
    {
        var at = time.GetUtcNow();
        var set = new QuerySet(scope, plans, options);
        var readings = await Task.WhenAll(set.Queries.Select(query => ReadOneAsync(query, cancellationToken)));
        var report = new MetricReport(at, set.Report((plan, index) => readings[index].Report(plan, scope.Pods, at)));
        foreach (var signal in report.Signals)
        {
            ScopeReport.Tell(observer, signal);
        }

        return report;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Range queries with the expression of the live reads: at every step they give what an instant query would have given then, the
    /// scrapes' own
    /// times included. A chunk that fails gives NoEvidence at its steps.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The step is below 1 ms.</exception>
    public async IAsyncEnumerable<MetricReport> BackfillAsync(
        MetricScope scope, DateTimeOffset from, DateTimeOffset until, TimeSpan step,
            [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, TimeSpan.FromMilliseconds(1));
        var set = new QuerySet(scope, plans, options);
        await foreach (var moment in backfill.ReadAsync(set.Queries, from, until, step, cancellationToken))
        {
            yield return new MetricReport(
                moment.At, set.Report((plan, index) => moment.Readings[index].Report(plan, scope.Pods, moment.At)));
        }
    }

    /// <summary>Finds out whether the address is a Prometheus-compatible API, for use at start.</summary>
    /// <param name="cancellationToken">Ends it; only then it throws.</param>
    public ValueTask<SourceProbe> ProbeAsync(CancellationToken cancellationToken) =>
        PrometheusProbe.RunAsync(client, options, Name, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => places.Dispose();

    private async Task<QueryReading> ReadOneAsync(PromQl query, CancellationToken cancellationToken)
    {
        await places.WaitAsync(cancellationToken);
        try
        {
            return await live.ReadAsync(query, cancellationToken);
        }
        finally
        {
            places.Release();
        }
    }
}
