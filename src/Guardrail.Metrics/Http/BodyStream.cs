namespace Guardrail.Metrics.Http;

/// <summary>
/// Opens an answer's body, decompressed and limited: a compressed bomb is cut off at the limit like any other large body.
/// </summary>
internal static class BodyStream
{
    public const string AcceptedEncoding = "gzip";

    /// <exception cref="UnreadableBodyException">The body is encoded in a way that was not asked for.</exception>
    public static async ValueTask<LimitedStream> OpenAsync(HttpContent content, long limit, CancellationToken cancellationToken)
    {
        var encodings = content.Headers.ContentEncoding;
        var compressed = encodings.Count == 1 && (encodings.Contains("gzip") || encodings.Contains("x-gzip"));
        if (!compressed && encodings.Count > 0 && !(encodings.Count == 1 && encodings.Contains("identity")))
        {
            throw new UnreadableBodyException($"the body is encoded as {string.Join(", ", encodings)}, though only gzip was asked for");
        }

        return new LimitedStream(await content.ReadAsStreamAsync(cancellationToken), limit, compressed);
    }
}
