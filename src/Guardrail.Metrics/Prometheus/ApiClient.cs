using Guardrail.Metrics.Observing;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Guardrail.Metrics.Prometheus;

/// <summary>Asks the API with retries, time limits and a circuit breaker, and reports how it went.</summary>
internal sealed class ApiClient
{
    private readonly ApiExchange exchange;
    private readonly PrometheusOptions options;
    private readonly IMetricSourceObserver observer;
    private readonly Quiet quiet;
    private readonly CircuitBreakerStateProvider circuit = new();
    private readonly ResiliencePipeline<QueryOutcome> pipeline;
    private readonly TimeProvider time;
    private volatile QueryOutcome.Faulted? lastFault;

    public ApiClient(ApiExchange exchange, PrometheusOptions options, TimeProvider time, IMetricSourceObserver observer, Random random)
    {
        (this.exchange, this.options, this.time, this.observer) = (exchange, options, time, observer);
        quiet = new Quiet(time, options.LongestRetryAfter);
        pipeline = new ApiPipeline(options, observer, random, fault => lastFault = fault).Build(time, circuit, exchange.Name);
    }

    /// <summary>Asks once, with retries.</summary>
    /// <param name="call">What to ask.</param>
    /// <param name="newSink">Makes the sink of an attempt; the last one made holds the data.</param>
    /// <param name="cancellationToken">Ends it; only then it throws.</param>
    public async ValueTask<(QueryOutcome Outcome, TSink? Sink)> AskAsync<TSink>(
        ApiCall call, Func<TSink> newSink, CancellationToken cancellationToken)
        where TSink : class, ISeriesSink
    {
        if (quiet.Left() is var left && left > TimeSpan.Zero)
        {
            var wait = new QueryOutcome.Faulted(
                FaultKind.Throttled, FormattableString.Invariant(
                    $"{exchange.Name} asked to be left alone (429 or 503 with Retry-After) for {left.TotalSeconds:0.#} s more."));
            observer.Observe(new MetricSourceEvent.Faulted(wait.Kind, wait.Reason));
            return (wait, null);
        }

        TSink? sink = null;
        var outcome = await AttemptsAsync(
            async token =>
            {
                sink = newSink();
                var attempt = await exchange.TryAsync(call, sink, token);
                if (attempt is QueryOutcome.Faulted { RetryAfter: { } asked })
                {
                    quiet.Ask(asked);
                }

                return attempt;
            },
            cancellationToken);
        if (outcome is QueryOutcome.Faulted fault)
        {
            observer.Observe(new MetricSourceEvent.Faulted(fault.Kind, fault.Reason));
        }

        return (outcome, sink);
    }

    /// <summary>Asks exactly once, past the circuit breaker.</summary>
    public async ValueTask<QueryOutcome> ProbeAsync(ApiCall call, ISeriesSink sink, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.QueryTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await exchange.TryAsync(call, sink, both.Token);
        }
        catch (Exception fault) when (
            !cancellationToken.IsCancellationRequested && (fault is OperationCanceledException || limit.IsCancellationRequested))
        {
            return ApiPipeline.TimedOut(exchange.Name, options.QueryTimeout);
        }
    }

    private async ValueTask<QueryOutcome> AttemptsAsync(
        Func<CancellationToken, ValueTask<QueryOutcome>> attempt, CancellationToken cancellationToken)
    {
        try
        {
            return await pipeline.ExecuteAsync(attempt, cancellationToken);
        }
        catch (BrokenCircuitException broken)
        {
            return new QueryOutcome.Faulted(
                FaultKind.CircuitOpen,
                $"{exchange.Name} is left alone after repeated faults" +
                (broken.RetryAfter is { } wait ? FormattableString.Invariant($" and asked again in {wait.TotalSeconds:0.#} s")
                    : string.Empty) +
                (lastFault is { } last ? $"; the last was: {last.Reason}" : "."));
        }
        catch (TimeoutRejectedException)
        {
            return ApiPipeline.TimedOut(exchange.Name, options.ReadBudget);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ApiPipeline.TimedOut(exchange.Name, options.QueryTimeout);
        }
    }
}
