using System.Buffers;
using System.Text.Json;
using Guardrail.Metrics.Http;
using Guardrail.Metrics.Signals;

namespace Guardrail.Metrics.Prometheus;

/// <summary>
/// Reads an answer of the query API while it arrives and hands on one series at a time, so that the memory it needs is that of the longest
/// series, not of the answer.
/// </summary>
internal sealed class AnswerReader(ISeriesSink sink, StringPool pool)
{
    private const int FirstBuffer = 64 * 1024;
    private readonly SeriesRow row = new(sink.Labels, pool);
    private Stage stage;

    private enum Stage
    {
        Start,
        Root,
        Data,
        Result,
        Done,
    }

    public AnswerEnvelope Envelope { get; } = new();

    /// <exception cref="BodyTruncatedException">The body ended in the middle.</exception>
    /// <exception cref="JsonException">The body is no JSON, or not of the API's form.</exception>
    /// <exception cref="UnreadableBodyException">The body is too large or HTML.</exception>
    public async ValueTask ReadAsync(LimitedStream body, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        try
        {
            var filled = 0;
            var state = default(JsonReaderState);
            var first = true;
            while (stage != Stage.Done)
            {
                if (filled == buffer.Length)
                {
                    buffer = Grow(buffer, filled);
                }

                var count = await body.ReadAsync(buffer.AsMemory(filled), cancellationToken);
                if (count == 0)
                {
                    throw new BodyTruncatedException(filled == 0 && first ? "the answer is empty" : "the answer ended in the middle");
                }

                filled += count;
                if (first)
                {
                    RefuseMarkup(buffer.AsSpan(0, filled));
                    first = false;
                }

                var consumed = Parse(buffer.AsSpan(0, filled), ref state);
                buffer.AsSpan(consumed, filled - consumed).CopyTo(buffer);
                filled -= consumed;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Grow(byte[] buffer, int filled)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, filled).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private static void RefuseMarkup(ReadOnlySpan<byte> start)
    {
        if (start.TrimStart(" \t\r\n"u8) is [(byte)'<', ..])
        {
            throw new UnreadableBodyException("the answer is HTML (of a proxy or a login page?), not the Prometheus API");
        }
    }

    private int Parse(ReadOnlySpan<byte> data, ref JsonReaderState state)
    {
        var reader = new Utf8JsonReader(data, isFinalBlock: false, state);
        while (stage != Stage.Done)
        {
            // A unit that has not arrived whole is read again from its beginning with the next bytes.
            var before = reader;
            var stageBefore = stage;
            if (!Step(ref reader))
            {
                reader = before;
                stage = stageBefore;
                break;
            }
        }

        state = reader.CurrentState;
        return (int)reader.BytesConsumed;
    }

    private bool Step(ref Utf8JsonReader reader) => stage switch
    {
        Stage.Start => Enter(ref reader, JsonTokenType.StartObject, Stage.Root),
        Stage.Root => RootMember(ref reader),
        Stage.Data => DataMember(ref reader),
        _ => Element(ref reader),
    };

    private bool Enter(ref Utf8JsonReader reader, JsonTokenType token, Stage next)
    {
        if (!reader.Read())
        {
            return false;
        }

        if (reader.TokenType != token)
        {
            throw new JsonException($"expected {token}, found {reader.TokenType}");
        }

        stage = next;
        return true;
    }

    private bool RootMember(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
        {
            return false;
        }

        if (reader.TokenType == JsonTokenType.EndObject)
        {
            stage = Stage.Done;
            return true;
        }

        if (reader.ValueTextEquals("data"u8))
        {
            if (!reader.Read())
            {
                return false;
            }

            stage = reader.TokenType == JsonTokenType.StartObject ? Stage.Data : Stage.Root;
            return reader.TokenType == JsonTokenType.StartObject || reader.TrySkip();
        }

        return Envelope.TryTake(ref reader);
    }

    private bool DataMember(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
        {
            return false;
        }

        if (reader.TokenType == JsonTokenType.EndObject)
        {
            stage = Stage.Root;
            return true;
        }

        return reader.ValueTextEquals("result"u8) ? Enter(ref reader, JsonTokenType.StartArray, Stage.Result) : reader.TrySkip();
    }

    private bool Element(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
        {
            return false;
        }

        if (reader.TokenType == JsonTokenType.EndArray)
        {
            stage = Stage.Data;
            return true;
        }

        var whole = reader;
        if (!whole.TrySkip())
        {
            return false;
        }

        if (reader.TokenType == JsonTokenType.StartObject)
        {
            row.Clear();
            SeriesElement.Read(ref reader, row);
            sink.Add(row);
        }

        reader = whole;
        return true;
    }
}
