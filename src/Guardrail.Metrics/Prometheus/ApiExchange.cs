using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Guardrail.Metrics.Http;
using Guardrail.Metrics.Observing;
using Guardrail.Metrics.Signals;

namespace Guardrail.Metrics.Prometheus;

/// <summary>One exchange with the API: sends, reads, and turns every fault into an outcome.</summary>
internal sealed class ApiExchange(HttpClient http, PrometheusOptions options, TimeProvider time, StringPool pool)
{
    private const long LargestErrorBody = 64 * 1024;
    private readonly Uri baseAddress = new(options.Address.AbsoluteUri.TrimEnd('/') + "/");

    public string Name { get; } = "Prometheus at " + options.Address.AbsoluteUri.TrimEnd('/');

    /// <exception cref="OperationCanceledException">The token was cancelled, or the client's own time limit passed.</exception>
    public async ValueTask<QueryOutcome> TryAsync(ApiCall call, ISeriesSink sink, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync(call, sink, cancellationToken);
        }
        catch (JsonException fault)
        {
            return new QueryOutcome.Faulted(FaultKind.Malformed, $"{Name} answered with invalid JSON: {ReasonText.Clip(fault.Message)}");
        }
        catch (InvalidOperationException)
        {
            return new QueryOutcome.Faulted(FaultKind.Malformed, $"{Name} answered with JSON that is not of the query API's form.");
        }
        catch (System.Text.DecoderFallbackException)
        {
            return new QueryOutcome.Faulted(FaultKind.Malformed, $"{Name} answered with text that is not UTF-8.");
        }
        catch (Exception fault) when (TransportFault.Covers(fault))
        {
            // A connection that is torn down by the cancellation surfaces as a fault of the network.
            cancellationToken.ThrowIfCancellationRequested();
            var kind = TransportFault.KindOf(fault);
            var hint = kind == FaultKind.TooLarge ? " Narrow the policies' namespaces or strata, or raise LargestBody." : string.Empty;
            return new QueryOutcome.Faulted(kind, $"{Name} gave no usable answer: {TransportFault.Describe(fault)}.{hint}");
        }
    }

    private async ValueTask<QueryOutcome> SendAsync(ApiCall call, ISeriesSink sink, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(
            call.Form.Count == 0 ? HttpMethod.Get : HttpMethod.Post, new Uri(baseAddress, call.Path));
        request.Content = call.Form.Count == 0 ? null : new FormUrlEncodedContent(call.Form);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue(BodyStream.AcceptedEncoding));
        var sent = time.GetUtcNow();
        var started = time.GetTimestamp();
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var askedAt = sent + (time.GetElapsedTime(started) / 2);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return StatusFault.Of(Name, response, await ReadErrorAsync(response, cancellationToken), time.GetUtcNow());
        }

        await using var body = await BodyStream.OpenAsync(response.Content, options.LargestBody, cancellationToken);
        var reader = new AnswerReader(sink, pool);
        await reader.ReadAsync(body, cancellationToken);
        if (!reader.Envelope.Succeeded)
        {
            return reader.Envelope.Error.Length == 0
                ? new QueryOutcome.Faulted(FaultKind.Malformed, $"{Name} answered with JSON that is not of the query API's form.")
                : new QueryOutcome.Faulted(
                    FaultKind.Refused, $"{Name} refused the query: {ReasonText.Clip(reader.Envelope.Error).TrimEnd('.')}.");
        }

        if (reader.Envelope.Incomplete is { } warning)
        {
            return new QueryOutcome.Faulted(
                FaultKind.Partial, $"{Name} gave a partial answer, in which pods may be missing: {ReasonText.Clip(warning)}.");
        }

        return new QueryOutcome.Answered(askedAt, time.GetElapsedTime(started), body.BytesRead);
    }

    /// <summary>What the server says in an answer that is no success; empty when that is no JSON of the API.</summary>
    private async ValueTask<string> ReadErrorAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            await using var body = await BodyStream.OpenAsync(response.Content, LargestErrorBody, cancellationToken);
            var reader = new AnswerReader(NoSink.Instance, pool);
            await reader.ReadAsync(body, cancellationToken);
            return ReasonText.Clip(reader.Envelope.Error);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException || TransportFault.Covers(fault))
        {
            // The status alone tells enough.
            return string.Empty;
        }
    }

    private sealed class NoSink : ISeriesSink
    {
        public static NoSink Instance { get; } = new();

        public IReadOnlyList<string> Labels => [];

        public void Add(SeriesRow row)
        {
        }
    }
}
