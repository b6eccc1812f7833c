using System.Buffers.Text;
using System.Text.Json;

namespace Guardrail.Metrics.Prometheus;

/// <summary>Reads one element of an answer's result: its labels and its points.</summary>
internal static class SeriesElement
{
    /// <param name="reader">At the start of the object, which has arrived whole.</param>
    /// <param name="row">Where it goes.</param>
    public static void Read(ref Utf8JsonReader reader, SeriesRow row)
    {
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("metric"u8))
            {
                ReadLabels(ref reader, row);
            }
            else if (reader.ValueTextEquals("value"u8))
            {
                Expect(ref reader, JsonTokenType.StartArray);
                ReadPoint(ref reader, row);
            }
            else if (reader.ValueTextEquals("values"u8))
            {
                Expect(ref reader, JsonTokenType.StartArray);
                while (Next(ref reader) == JsonTokenType.StartArray)
                {
                    ReadPoint(ref reader, row);
                }
            }
            else
            {
                row.IsNativeHistogram |= reader.ValueTextEquals("histogram"u8) || reader.ValueTextEquals("histograms"u8);
                reader.Skip();
            }
        }
    }

    private static void ReadLabels(ref Utf8JsonReader reader, SeriesRow row)
    {
        Expect(ref reader, JsonTokenType.StartObject);
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            var label = row.Find(ref reader);
            Expect(ref reader, JsonTokenType.String);
            if (label >= 0)
            {
                row.Set(label, ref reader);
            }
        }
    }

    private static void ReadPoint(ref Utf8JsonReader reader, SeriesRow row)
    {
        Expect(ref reader, JsonTokenType.Number);
        var time = reader.GetDouble();
        Expect(ref reader, JsonTokenType.String);
        row.Points.Add((time, Number(reader.ValueSpan)));
        Expect(ref reader, JsonTokenType.EndArray);
    }

    private static double Number(ReadOnlySpan<byte> text)
    {
        if (Utf8Parser.TryParse(text, out double value, out var consumed) && consumed == text.Length)
        {
            return value;
        }

        return text switch
        {
            _ when text.SequenceEqual("NaN"u8) => double.NaN,
            _ when text.SequenceEqual("+Inf"u8) || text.SequenceEqual("Inf"u8) => double.PositiveInfinity,
            _ when text.SequenceEqual("-Inf"u8) => double.NegativeInfinity,
            _ => throw new JsonException("a sample's value is no number"),
        };
    }

    private static JsonTokenType Next(ref Utf8JsonReader reader) =>
        reader.Read() ? reader.TokenType : throw new JsonException("a series ends in the middle");

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType token)
    {
        if (Next(ref reader) != token)
        {
            throw new JsonException($"expected {token} in a series, found {reader.TokenType}");
        }
    }
}
