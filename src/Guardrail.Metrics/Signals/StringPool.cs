using System.Text;

namespace Guardrail.Metrics.Signals;

/// <summary>
/// Hands out one string per distinct text, so that the same label values, which come by the ten thousand at every tick, are allocated
/// once. Bounded: at its capacity it starts anew. Safe for concurrent use.
/// </summary>
internal sealed class StringPool
{
    private const int LongestOnStack = 256;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly Lock gate = new();
    private readonly int capacity;
    private readonly HashSet<string> strings = new(StringComparer.Ordinal);
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> lookup;

    public StringPool(int capacity = 200_000)
    {
        this.capacity = capacity;
        lookup = strings.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <exception cref="DecoderFallbackException">The bytes are not UTF-8.</exception>
    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > LongestOnStack)
        {
            return Strict.GetString(utf8);
        }

        Span<char> characters = stackalloc char[LongestOnStack];
        return Get(characters[..Strict.GetChars(utf8, characters)]);
    }

    public string Get(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return string.Empty;
        }

        lock (gate)
        {
            if (lookup.TryGetValue(text, out var known))
            {
                return known;
            }

            if (strings.Count >= capacity)
            {
                strings.Clear();
            }

            var added = text.ToString();
            strings.Add(added);
            return added;
        }
    }
}
