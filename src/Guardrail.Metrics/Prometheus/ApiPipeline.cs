using Guardrail.Metrics.Observing;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Guardrail.Metrics.Prometheus;

/// <summary>
/// The order of patience, outermost first: the budget of a read, retries within it, the circuit breaker, the time limit of one attempt.
/// Only transient faults are retried or counted by the breaker: a query that the server refuses must not silence the others.
/// </summary>
internal sealed class ApiPipeline(
    PrometheusOptions options, IMetricSourceObserver observer, Random random, Action<QueryOutcome.Faulted> noteFault)
{
    private readonly Lock gate = new();

    public static QueryOutcome.Faulted TimedOut(string name, TimeSpan limit) =>
        new(FaultKind.TimedOut, FormattableString.Invariant($"{name} gave no complete answer within {limit.TotalSeconds:0.###} s."));

    public ResiliencePipeline<QueryOutcome> Build(TimeProvider time, CircuitBreakerStateProvider circuit, string name)
    {
        var builder = new ResiliencePipelineBuilder<QueryOutcome> { TimeProvider = time };
        builder.AddTimeout(options.ReadBudget);
        if (options.Retries > 0)
        {
            builder.AddRetry(Retry(name));
        }

        return builder.AddCircuitBreaker(Breaker(circuit, name)).AddTimeout(options.QueryTimeout).Build();
    }

    private RetryStrategyOptions<QueryOutcome> Retry(string name) => new()
    {
        MaxRetryAttempts = options.Retries,
        ShouldHandle = arguments =>
            ValueTask.FromResult(FaultOf(arguments.Outcome, name) is { Transient: true } fault && FitsBudget(fault)),
        DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(Delay(arguments.AttemptNumber, FaultOf(arguments.Outcome, name))),
        OnRetry = arguments =>
        {
            if (FaultOf(arguments.Outcome, name) is { } fault)
            {
                observer.Observe(new MetricSourceEvent.Faulted(fault.Kind, fault.Reason));
            }

            return default;
        },
    };

    private CircuitBreakerStrategyOptions<QueryOutcome> Breaker(CircuitBreakerStateProvider circuit, string name) => new()
    {
        FailureRatio = 0.9,
        MinimumThroughput = options.FaultsToBreak,
        SamplingDuration = TimeSpan.FromSeconds(30),
        BreakDuration = options.BreakDuration,
        StateProvider = circuit,
        ShouldHandle = arguments =>
        {
            var fault = FaultOf(arguments.Outcome, name);
            if (fault is { Transient: true })
            {
                noteFault(fault);
            }

            return ValueTask.FromResult(fault is { Transient: true });
        },
        OnOpened = arguments =>
        {
            observer.Observe(new MetricSourceEvent.CircuitOpened(arguments.BreakDuration));
            return default;
        },
        OnClosed = _ =>
        {
            observer.Observe(new MetricSourceEvent.CircuitClosed());
            return default;
        },
    };

    /// <summary>A wait that would eat up the budget is not begun.</summary>
    private bool FitsBudget(QueryOutcome.Faulted fault) => fault.RetryAfter is not { } wait || wait <= options.ReadBudget / 2;

    private TimeSpan Delay(int attempt, QueryOutcome.Faulted? fault)
    {
        lock (gate)
        {
            var spread = 0.5 + random.NextDouble();
            var backoff = options.RetryDelay * Math.Pow(2, attempt) * spread;
            return fault?.RetryAfter is { } asked && asked > backoff ? asked : backoff;
        }
    }

    private QueryOutcome.Faulted? FaultOf(Outcome<QueryOutcome> outcome, string name) => outcome switch
    {
        { Exception: TimeoutRejectedException } => TimedOut(name, options.QueryTimeout),
        { Result: QueryOutcome.Faulted fault } => fault,
        _ => null,
    };
}
