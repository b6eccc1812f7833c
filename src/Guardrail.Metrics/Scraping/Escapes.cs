namespace Guardrail.Metrics.Scraping;

/// <summary>The escapes of quoted text: \\, \" and \n. Any other backslash stands for itself, as in Prometheus.</summary>
internal static class Escapes
{
    /// <summary>Writes the text without its escapes.</summary>
    /// <param name="text">Escaped text.</param>
    /// <param name="target">At least as long as the text.</param>
    /// <returns>Bytes written.</returns>
    public static int Remove(ReadOnlySpan<byte> text, Span<byte> target)
    {
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] is (byte)'\\' or (byte)'"' or (byte)'n')
            {
                i++;
                target[length++] = text[i] == 'n' ? (byte)'\n' : text[i];
            }
            else
            {
                target[length++] = text[i];
            }
        }

        return length;
    }
}
