using System.Text;
using Guardrail.Metrics.Http;
using Guardrail.Metrics.Signals;

namespace Guardrail.Metrics.Scraping;

/// <summary>
/// Reads exposition text 0.0.4 and OpenMetrics line by line. Strict where a mistake would change counts (a page cut off, a series twice, a
/// wanted
/// line that cannot be read), forgiving elsewhere; lines of metrics nobody asked for are only skipped. Timestamps and exemplars are left
/// out of account.
/// </summary>
internal sealed class ExpositionParser(IReadOnlyList<WantedSeries> wanted, IExpositionSink sink, ExpositionFormat format, StringPool pool)
{
    private readonly LabelBlock block = new();
    private readonly HashSet<ulong> seen = [];
    private readonly string?[] values = new string?[wanted.Count == 0 ? 0 : wanted.Max(static series => series.Labels.Length)];
    private long lineNumber;
    private bool ended;

    /// <summary>Takes the next line, without its line feed.</summary>
    /// <exception cref="UnreadableBodyException">The line cannot be read; the message names its number.</exception>
    public void Line(ReadOnlySpan<byte> line)
    {
        lineNumber++;
        try
        {
            Read(line.TrimEnd((byte)'\r'));
        }
        catch (DecoderFallbackException)
        {
            throw new UnreadableBodyException($"line {lineNumber} is not UTF-8");
        }
        catch (UnreadableBodyException fault)
        {
            throw new UnreadableBodyException($"line {lineNumber}: {fault.Message}");
        }
    }

    /// <summary>Says that there are no more lines.</summary>
    /// <exception cref="BodyTruncatedException">An OpenMetrics page did not end as it must.</exception>
    public void End()
    {
        if (format == ExpositionFormat.OpenMetrics && !ended)
        {
            throw new BodyTruncatedException("the page was cut off: it does not end with # EOF, as OpenMetrics must");
        }
    }

    private static bool StartsName(byte first) => char.IsAsciiLetter((char)first) || first is (byte)'_' or (byte)':';

    private void Read(ReadOnlySpan<byte> line)
    {
        line = line[LabelBlock.SkipBlanks(line, 0)..];
        if (line.IsEmpty)
        {
            return;
        }

        if (ended)
        {
            throw new UnreadableBodyException("there is text behind # EOF");
        }

        if (line[0] == '#')
        {
            Comment(line);
        }
        else if (line[0] == '{')
        {
            block.Clear();
            var behind = block.Read(line, 1);
            Sample(line, Unescape(line, block.QuotedName ?? throw new UnreadableBodyException("a series has no name")), behind,
                line[..behind]);
        }
        else if (!StartsName(line[0]))
        {
            throw new UnreadableBodyException(line[0] == '<' ? "this is HTML, not a metrics page" : "this is no line of a metrics page");
        }
        else
        {
            Named(line);
        }
    }

    private void Named(ReadOnlySpan<byte> line)
    {
        var end = line.IndexOfAny((byte)'{', (byte)' ', (byte)'\t');
        var name = end < 0 ? line : line[..end];
        if (!IsWanted(name))
        {
            return;
        }

        block.Clear();
        var position = LabelBlock.SkipBlanks(line, name.Length);
        if (position < line.Length && line[position] == '{')
        {
            position = block.Read(line, position + 1);
            if (block.QuotedName is not null)
            {
                throw new UnreadableBodyException("a series has two names");
            }
        }

        Sample(line, name, position, line[..position].TrimEnd(" \t"u8));
    }

    private bool IsWanted(ReadOnlySpan<byte> name)
    {
        foreach (var series in wanted)
        {
            if (name.SequenceEqual(series.Name))
            {
                return true;
            }
        }

        return false;
    }

    private void Sample(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name, int position, ReadOnlySpan<byte> identity)
    {
        if (!IsWanted(name))
        {
            return;
        }

        var value = ReadValue(line[position..]);
        if (!seen.Add(Fingerprint(identity)))
        {
            throw new UnreadableBodyException("this series is on the page twice");
        }

        for (var i = 0; i < wanted.Count; i++)
        {
            if (name.SequenceEqual(wanted[i].Name))
            {
                var labels = values.AsSpan(0, wanted[i].Labels.Length);
                Collect(line, wanted[i], labels);
                sink.Series(i, labels, value);
            }
        }
    }

    private void Collect(ReadOnlySpan<byte> line, WantedSeries series, Span<string?> labels)
    {
        labels.Clear();
        foreach (var entry in block.Entries)
        {
            var name = Unescape(line, entry.Name);
            for (var i = 0; i < labels.Length; i++)
            {
                if (name.SequenceEqual(series.Labels[i]))
                {
                    labels[i] = labels[i] is null
                        ? pool.Get(Unescape(line, entry.Value))
                        : throw new UnreadableBodyException($"the label {series.Request.Labels[i]} is there twice");
                }
            }
        }
    }

    private static ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> line, LabelBlock.Token token)
    {
        var text = token.Of(line);
        if (!token.Escaped)
        {
            return text;
        }

        // Rare enough to allocate.
        var target = new byte[text.Length];
        return target.AsSpan(0, Escapes.Remove(text, target));
    }

    private double ReadValue(ReadOnlySpan<byte> rest)
    {
        rest = rest.Trim(" \t"u8);
        var end = rest.IndexOfAny((byte)' ', (byte)'\t');
        if (!SampleNumber.TryParse(end < 0 ? rest : rest[..end], out var value))
        {
            throw new UnreadableBodyException("the value is no number");
        }

        if (end >= 0)
        {
            CheckTail(rest[end..].TrimStart(" \t"u8));
        }

        return value;
    }

    /// <summary>Behind the value: a timestamp, and in OpenMetrics an exemplar.</summary>
    private void CheckTail(ReadOnlySpan<byte> tail)
    {
        var openMetrics = format == ExpositionFormat.OpenMetrics;
        if (openMetrics && tail[0] == '#')
        {
            return;
        }

        var end = tail.IndexOfAny((byte)' ', (byte)'\t');
        var rest = end < 0 ? [] : tail[end..].TrimStart(" \t"u8);
        if (!SampleNumber.TryParse(end < 0 ? tail : tail[..end], out _) || !(rest.IsEmpty || (openMetrics && rest[0] == '#')))
        {
            throw new UnreadableBodyException("there is something else than a timestamp behind the value");
        }
    }

    private void Comment(ReadOnlySpan<byte> line)
    {
        if (format == ExpositionFormat.OpenMetrics && line.TrimEnd(" \t"u8).SequenceEqual("# EOF"u8))
        {
            ended = true;
            return;
        }

        if (!line.StartsWith("# TYPE "u8))
        {
            return;
        }

        var rest = line["# TYPE "u8.Length..].Trim(" \t"u8);
        var blank = rest.LastIndexOfAny((byte)' ', (byte)'\t');
        if (blank < 0)
        {
            return;
        }

        var family = rest[..blank].Trim(" \t\""u8);
        for (var i = 0; i < wanted.Count; i++)
        {
            if (family.SequenceEqual(wanted[i].Family) || family.SequenceEqual(wanted[i].Name))
            {
                sink.Type(i, pool.Get(rest[(blank + 1)..]));
            }
        }
    }

    /// <summary>FNV-1a, 64 bit.</summary>
    private static ulong Fingerprint(ReadOnlySpan<byte> text)
    {
        var hash = 14695981039346656037UL;
        foreach (var b in text)
        {
            hash = unchecked((hash ^ b) * 1099511628211UL);
        }

        return hash;
    }
}
