using System.Net;
using Guardrail.Engine.Workloads;
using Guardrail.Metrics.Http;
using Guardrail.Metrics.Observing;
using Guardrail.Metrics.Signals;

namespace Guardrail.Metrics.Scraping;

/// <summary>Reads the page of one pod; every fault becomes the reason why the pod is unread.</summary>
internal sealed class PodScraper(HttpClient http, ScrapeOptions options, TimeProvider time, IMetricSourceObserver observer, StringPool pool)
{
    private const string Accepted = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

    /// <param name="pod">The pod.</param>
    /// <param name="wanted">What is looked for.</param>
    /// <param name="budget">Ends when the time for all pods is used up.</param>
    /// <param name="cancellationToken">Ends the read; then, and only then, it throws.</param>
    public async ValueTask<PodPage> ScrapeAsync(
        PodView pod, IReadOnlyList<WantedSeries> wanted, CancellationToken budget, CancellationToken cancellationToken)
    {
        var at = time.GetUtcNow();
        if (pod.ScrapeTarget is not { Address: var address })
        {
            return Unread(pod, at, wanted, "it says nowhere where its metrics are: annotate the pod template with prometheus.io/port.");
        }

        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
        {
            return Unread(pod, at, wanted, "its metrics address is neither http nor https: correct the annotation prometheus.io/scheme.");
        }

        if (budget.IsCancellationRequested)
        {
            return Unread(pod, at, wanted, NotReached());
        }

        using var limit = new CancellationTokenSource(options.TargetTimeout, time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, budget, cancellationToken);
        try
        {
            return await ReadAsync(pod.Id, address, at, wanted, any.Token);
        }
        catch (Exception fault) when (fault is OperationCanceledException || TransportFault.Covers(fault))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var late = limit.IsCancellationRequested || fault is OperationCanceledException;
            var reason = limit.IsCancellationRequested
                ? FormattableString.Invariant($"no complete page within {options.TargetTimeout.TotalSeconds:0.###} s.")
                : budget.IsCancellationRequested ? NotReached()
                : TransportFault.Describe(fault) + ".";
            observer.Observe(new MetricSourceEvent.Faulted(
                late ? FaultKind.TimedOut : TransportFault.KindOf(fault), $"Scrape of {pod.Id} failed: {reason}"));
            return Unread(pod, at, wanted, reason);
        }
    }

    private static PodPage Unread(PodView pod, DateTimeOffset at, IReadOnlyList<WantedSeries> wanted, string reason) =>
        new(pod.Id, at, wanted.Count) { Fault = "scrape failed: " + reason };

    private static ExpositionFormat FormatOf(HttpContent content) => content.Headers.ContentType?.MediaType switch
    {
        "application/openmetrics-text" => ExpositionFormat.OpenMetrics,
        "application/vnd.google.protobuf" => throw new UnreadableBodyException("the page is protobuf, though text was asked for"),
        "text/html" => throw new UnreadableBodyException(
            "the page is HTML; correct the annotations prometheus.io/port and prometheus.io/path"),
        _ => ExpositionFormat.Text,
    };

    private static string Refusal(HttpStatusCode status) =>
        "the pod answered " + TransportFault.Describe(status) + status switch
        {
            HttpStatusCode.NotFound => "; correct the annotation prometheus.io/path",
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest =>
                "; redirects are not followed, so name the right scheme and path",
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => "; the metrics page must be readable without credentials",
            _ => string.Empty,
        };

    private string NotReached() =>
        FormattableString.Invariant($"not read within the {options.ReadBudget.TotalSeconds:0.###} s for all pods.");

    private async ValueTask<PodPage> ReadAsync(
        PodId pod, Uri address, DateTimeOffset at, IReadOnlyList<WantedSeries> wanted, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.TryAddWithoutValidation("Accept", Accepted);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", BodyStream.AcceptedEncoding);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new UnreadableBodyException(Refusal(response.StatusCode));
        }

        if (response.RequestMessage?.RequestUri is { } answered && answered != address)
        {
            throw new UnreadableBodyException("the HTTP client followed a redirect, which it must not; make it with MetricHttp");
        }

        var page = new PodPage(pod, at, wanted.Count);
        await using var body = await BodyStream.OpenAsync(response.Content, options.LargestPage, cancellationToken);
        await PageReader.ReadAsync(body, new ExpositionParser(wanted, page, FormatOf(response.Content), pool), cancellationToken);
        observer.Observe(new MetricSourceEvent.PodScraped(pod, time.GetElapsedTime(started), body.BytesRead));
        return page;
    }
}
