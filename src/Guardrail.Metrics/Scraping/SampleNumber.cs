using System.Buffers.Text;

namespace Guardrail.Metrics.Scraping;

/// <summary>Numbers as metrics pages write them.</summary>
internal static class SampleNumber
{
    public static bool TryParse(ReadOnlySpan<byte> text, out double value)
    {
        if (Utf8Parser.TryParse(text, out value, out var consumed) && consumed == text.Length && !double.IsNaN(value)
            && !double.IsInfinity(value))
        {
            return true;
        }

        Span<byte> lower = stackalloc byte[12];
        if (text.Length > lower.Length)
        {
            return false;
        }

        for (var i = 0; i < text.Length; i++)
        {
            lower[i] = (byte)char.ToLowerInvariant((char)text[i]);
        }

        value = (lower[..text.Length]) switch
        {
            var t when t.SequenceEqual("+inf"u8) || t.SequenceEqual("inf"u8) || t.SequenceEqual("+infinity"u8)
                || t.SequenceEqual("infinity"u8) =>
                double.PositiveInfinity,
            var t when t.SequenceEqual("-inf"u8) || t.SequenceEqual("-infinity"u8) => double.NegativeInfinity,
            _ => double.NaN,
        };
        return !double.IsNaN(value) || lower[..text.Length].SequenceEqual("nan"u8);
    }
}
