using Guardrail.Metrics.Http;

namespace Guardrail.Metrics.Scraping;

/// <summary>The part between braces of a sample line, as places in the line; reused from line to line.</summary>
internal sealed class LabelBlock
{
    private readonly List<Entry> entries = [];

    /// <summary>Labels in the order of the line.</summary>
    public IReadOnlyList<Entry> Entries => entries;

    /// <summary>The metric name that stands within the braces, in the form that allows any name; null when there is none.</summary>
    public Token? QuotedName { get; private set; }

    public void Clear()
    {
        entries.Clear();
        QuotedName = null;
    }

    /// <summary>Reads from behind the opening brace to behind the closing one.</summary>
    /// <returns>The position behind the closing brace.</returns>
    /// <exception cref="UnreadableBodyException">The line is no exposition text.</exception>
    public int Read(ReadOnlySpan<byte> line, int position)
    {
        while (true)
        {
            position = SkipBlanks(line, position);
            if (At(line, position) == '}')
            {
                return position + 1;
            }

            position = ReadOne(line, position);
            position = SkipBlanks(line, position);
            if (At(line, position) == ',')
            {
                position++;
            }
            else if (At(line, position) != '}')
            {
                throw new UnreadableBodyException("expected ',' or '}' after a label");
            }
        }
    }

    public static int SkipBlanks(ReadOnlySpan<byte> line, int position)
    {
        while (position < line.Length && line[position] is (byte)' ' or (byte)'\t')
        {
            position++;
        }

        return position;
    }

    private static int At(ReadOnlySpan<byte> line, int position) => position < line.Length ? line[position] : -1;

    private static Token ReadQuoted(ReadOnlySpan<byte> line, int position)
    {
        var start = position + 1;
        var escaped = false;
        for (var i = start; i < line.Length; i++)
        {
            var step = line[i..].IndexOfAny((byte)'"', (byte)'\\');
            if (step < 0)
            {
                break;
            }

            i += step;
            if (line[i] == '"')
            {
                return new Token(start, i - start, escaped);
            }

            escaped = true;
            i++;
        }

        throw new UnreadableBodyException("a quoted text has no end");
    }

    private static Token ReadBare(ReadOnlySpan<byte> line, int position)
    {
        var end = position;
        while (end < line.Length && (char.IsAsciiLetterOrDigit((char)line[end]) || line[end] is (byte)'_' or (byte)':' or (byte)'.'))
        {
            end++;
        }

        return end > position ? new Token(position, end - position, Escaped: false)
            : throw new UnreadableBodyException("expected the name of a label");
    }

    private int ReadOne(ReadOnlySpan<byte> line, int position)
    {
        var quoted = At(line, position) == '"';
        var name = quoted ? ReadQuoted(line, position) : ReadBare(line, position);
        position = SkipBlanks(line, name.Start + name.Length + (quoted ? 1 : 0));
        if (At(line, position) != '=')
        {
            if (!quoted || QuotedName is not null || entries.Count > 0)
            {
                throw new UnreadableBodyException("expected '=' after the name of a label");
            }

            QuotedName = name;
            return position;
        }

        position = SkipBlanks(line, position + 1);
        if (At(line, position) != '"')
        {
            throw new UnreadableBodyException("expected '\"' before the value of a label");
        }

        var value = ReadQuoted(line, position);
        entries.Add(new Entry(name, value));
        return value.Start + value.Length + 1;
    }

    /// <summary>A place in the line.</summary>
    internal readonly record struct Token(int Start, int Length, bool Escaped)
    {
        public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> line) => line.Slice(Start, Length);
    }

    internal readonly record struct Entry(Token Name, Token Value);
}
