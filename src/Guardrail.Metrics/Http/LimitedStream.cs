using System.IO.Compression;

namespace Guardrail.Metrics.Http;

/// <summary>Reads at most a number of bytes, counted after decompression, and fails on the first one above it.</summary>
internal sealed class LimitedStream : IAsyncDisposable
{
    private readonly Stream inner;
    private readonly long limit;

    public LimitedStream(Stream body, long limit, bool compressed = false)
    {
        inner = compressed ? new GZipStream(body, CompressionMode.Decompress) : body;
        this.limit = limit;
    }

    public long BytesRead { get; private set; }

    /// <exception cref="BodyTooLargeException">More bytes came than the limit allows.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken);
        BytesRead += count;
        return BytesRead > limit ? throw new BodyTooLargeException(limit) : count;
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
