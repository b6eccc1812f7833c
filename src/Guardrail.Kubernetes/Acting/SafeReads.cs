using System.Text.Json;
using Guardrail.Kubernetes.Connection;
using Polly;
using Polly.Retry;

namespace Guardrail.Kubernetes.Acting;

/// <summary>Reads that are tried again a few times when they fail for a transient reason.</summary>
internal sealed class SafeReads
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);
    private readonly ApiClient api;
    private readonly ActuatorOptions options;
    private readonly ResiliencePipeline retries;

    public SafeReads(ApiClient api, ActuatorOptions options)
    {
        (this.api, this.options) = (api, options);
        var jitter = new Random(options.Seed);
        retries = new ResiliencePipelineBuilder { TimeProvider = options.TimeProvider }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = options.ReadRetries,
                Delay = TimeSpan.FromMilliseconds(200),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Randomizer = () =>
                {
                    lock (jitter)
                    {
                        return jitter.NextDouble();
                    }
                },
                ShouldHandle = arguments =>
                    ValueTask.FromResult(IsTransient(arguments.Outcome.Exception, arguments.Context.CancellationToken)),
                DelayGenerator = static arguments => ValueTask.FromResult(
                    (arguments.Outcome.Exception as ApiException)?.RetryAfter is { } asked ? asked < LongestWait ? asked : LongestWait
                        : (TimeSpan?)null),
            })
            .Build();
    }

    /// <summary>Reads one object or list.</summary>
    /// <exception cref="ApiException">The server answered with an error, at last.</exception>
    public async Task<JsonDocument> GetAsync(string path, CancellationToken cancellationToken) => await retries.ExecuteAsync(
        async token =>
        {
            using var limit = new CancellationTokenSource(options.RequestLimit, options.TimeProvider);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, token);
            return await api.SendAsync(HttpMethod.Get, path, null, both.Token);
        },
        cancellationToken);

    private static bool IsTransient(Exception? fault, CancellationToken cancellationToken) => !cancellationToken.IsCancellationRequested
        && fault is ApiException { IsTransient: true } or HttpRequestException or IOException or OperationCanceledException;
}
