using System.Buffers;
using Guardrail.Metrics.Http;

namespace Guardrail.Metrics.Scraping;

/// <summary>Cuts a page into lines while it arrives.</summary>
internal static class PageReader
{
    private const int FirstBuffer = 16 * 1024;
    private const int LongestLine = 1024 * 1024;

    /// <exception cref="UnreadableBodyException">The page cannot be read; the message says why.</exception>
    public static async ValueTask ReadAsync(LimitedStream body, ExpositionParser parser, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        try
        {
            var filled = 0;
            while (true)
            {
                if (filled == buffer.Length)
                {
                    buffer = Grow(buffer, filled);
                }

                var count = await body.ReadAsync(buffer.AsMemory(filled), cancellationToken);
                if (count == 0)
                {
                    break;
                }

                filled += count;
                var used = Lines(buffer.AsSpan(0, filled), parser);
                buffer.AsSpan(used, filled - used).CopyTo(buffer);
                filled -= used;
            }

            Finish(buffer.AsSpan(0, filled), parser);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static int Lines(ReadOnlySpan<byte> data, ExpositionParser parser)
    {
        var used = 0;
        while (data[used..].IndexOf((byte)'\n') is >= 0 and var length)
        {
            parser.Line(data.Slice(used, length));
            used += length + 1;
        }

        return used;
    }

    private static void Finish(ReadOnlySpan<byte> rest, ExpositionParser parser)
    {
        // OpenMetrics allows its last line, and no other, to lack the line feed.
        if (!rest.IsEmpty && !rest.SequenceEqual("# EOF"u8))
        {
            throw new BodyTruncatedException("the page was cut off in the middle of a line");
        }

        if (!rest.IsEmpty)
        {
            parser.Line(rest);
        }

        parser.End();
    }

    private static byte[] Grow(byte[] buffer, int filled)
    {
        if (buffer.Length >= LongestLine)
        {
            throw new UnreadableBodyException($"a line is longer than {LongestLine} bytes");
        }

        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, filled).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
