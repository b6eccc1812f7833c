using Guardrail.Daemon.Health;
using Guardrail.Daemon.Telemetry;
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
    /// <summary>Checks what can be checked without asking anybody.</summary>
    /// <returns>How Prometheus is asked; null when the pods are scraped.</returns>
    /// <exception cref="ConfigurationException">No source or two are named, or the URL cannot be used.</exception>
    public static PrometheusOptions? Check(DaemonOptions options)
    {
        if (options.Scrape != options.PrometheusUrl is null)
        {
            throw new ConfigurationException("Name one source of metrics: --prometheus URL, or --scrape to read the pods directly.");
        }

        return options.Scrape ? null : Check(options.PrometheusUrl!);
    }

    /// <summary>Adds the source.</summary>
    /// <param name="services">Where it is added.</param>
    /// <param name="prometheus">What <see cref="Check(DaemonOptions)"/> returned.</param>
    public static void Add(IServiceCollection services, PrometheusOptions? prometheus)
    {
        services.AddSingleton<IMetricSourceObserver, MetricSourceTelemetry>();
        services.AddSingleton(_ => MetricHttp.NewClient(MetricHttp.NewHandler()));
        if (prometheus is null)
        {
            services.AddSingleton<IMetricSource>(provider => new ScrapeSource(
                provider.GetRequiredService<HttpClient>(),
                new ScrapeOptions(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<IMetricSourceObserver>()));
            return;
        }

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

    private static PrometheusOptions Check(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.Host.Length == 0)
        {
            throw new ConfigurationException($"'{url}' is no http or https URL; --prometheus takes one such as http://prometheus:9090.");
        }

        var prometheus = new PrometheusOptions { Address = address };
        try
        {
            prometheus.Validate();
            return prometheus;
        }
        catch (ArgumentException fault)
        {
            // The framework appends the name of the parameter, which means nothing to people.
            throw new ConfigurationException("--prometheus: " + fault.Message.Split(" (Parameter '")[0], fault);
        }
    }
}
