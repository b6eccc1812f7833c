using System.Collections.Immutable;
using Guardrail.Daemon.Health;
using Guardrail.Daemon.Telemetry;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Ports;
using Guardrail.Kubernetes.Connection;
using Guardrail.Metrics.Http;
using Guardrail.Metrics.Observing;
using Guardrail.Metrics.Prometheus;
using Guardrail.Metrics.Scraping;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Guardrail.Daemon.Hosting;

/// <summary>Chooses the metric source and checks it before the daemon starts.</summary>
internal static class MetricSources
{
    /// <summary>Adds the source that the options name.</summary>
    /// <exception cref="ConfigurationException">The Prometheus URL cannot be used.</exception>
    public static void Add(IServiceCollection services, DaemonOptions options, ImmutableArray<GuardPolicy> policies)
    {
        services.AddSingleton<IMetricSourceObserver, MetricSourceTelemetry>();
        services.AddSingleton(_ => MetricHttp.NewClient(MetricHttp.NewHandler()));
        if (options.Scrape)
        {
            services.AddSingleton<IMetricSource>(provider => new ScrapeSource(
                provider.GetRequiredService<HttpClient>(),
                new ScrapeOptions(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<IMetricSourceObserver>()));
            return;
        }

        var prometheus = new PrometheusOptions { Address = Address(options.PrometheusUrl) };
        Check(prometheus);
        services.AddSingleton(provider => new PrometheusSource(
            provider.GetRequiredService<HttpClient>(),
            prometheus,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IMetricSourceObserver>()));
        services.AddSingleton<IMetricSource>(provider => provider.GetRequiredService<PrometheusSource>());
    }

    /// <summary>
    /// Looks whether the source answers. A wrong address is a mistake and ends the start; one that does not answer now may do so later: then the
    /// daemon starts, is not ready, and judges nothing until it does.
    /// </summary>
    /// <exception cref="ConfigurationException">Something answers that is no Prometheus.</exception>
    public static async Task ProbeAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        if (services.GetService<PrometheusSource>() is not { } prometheus)
        {
            return;
        }

        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(nameof(MetricSources));
        switch (await prometheus.ProbeAsync(cancellationToken).ConfigureAwait(false))
        {
            case SourceProbe.Wrong wrong:
                throw new ConfigurationException(wrong.Sentence);
            case SourceProbe.Unreachable unreachable:
                services.GetRequiredService<Readiness>().Metrics.Fail(unreachable.Sentence);
                HostLog.MetricsUnreachable(logger, unreachable.Sentence.TrimEnd('.'));
                break;
            case var ready:
                HostLog.MetricsReady(logger, ready.Sentence);
                break;
        }
    }

    private static Uri Address(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var address)
        ? address
        : throw new ConfigurationException($"'{url}' is no URL; --prometheus takes one such as http://prometheus:9090.");

    private static void Check(PrometheusOptions options)
    {
        try
        {
            options.Validate();
        }
        catch (ArgumentException fault)
        {
            throw new ConfigurationException(fault.Message, fault);
        }
    }
}
