namespace Guardrail.Cli.Output;

/// <summary>
/// A table as kubectl writes them. Where the last column would get less than <see cref="LeastLast"/> columns of the width, it has a line of its own
/// under each row.
/// </summary>
internal sealed class TextTable(params IReadOnlyList<string> headings)
{
    private const int LeastLast = 36;
    private const string Gap = "  ";
    private readonly List<(string[] Cells, Tone[] Tones)> rows = [];

    /// <summary>Adds a row; as many cells as there are headings.</summary>
    public void Add(params ReadOnlySpan<(string Text, Tone Tone)> cells)
    {
        var texts = new string[cells.Length];
        var tones = new Tone[cells.Length];
        for (var i = 0; i < cells.Length; i++)
        {
            (texts[i], tones[i]) = cells[i];
        }

        rows.Add((texts, tones));
    }

    /// <summary>Writes it.</summary>
    public void Write(Screen screen)
    {
        var last = headings.Count - 1;
        var widths = headings.Select((h, i) => Math.Max(h.Length, rows.Max(r => screen.Clean(r.Cells[i]).Length))).ToArray();
        var before = widths[..last].Sum() + (last * Gap.Length);
        var left = screen.Width - before;
        var apart = left < LeastLast && left < widths[last];
        screen.Out.WriteLine(screen.Paint(Line(screen, [.. headings], new Tone[headings.Count], widths, apart ? last : last + 1), Tone.Faint));
        foreach (var (cells, tones) in rows)
        {
            var shown = cells.Select(screen.Clean).ToArray();
            shown[last] = TextLayout.Cut(shown[last], apart ? screen.Width - 4 : left, screen.Ellipsis);
            screen.Out.WriteLine(Line(screen, shown, tones, widths, apart ? last : last + 1));
            if (apart && shown[last].Length > 0)
            {
                screen.Out.WriteLine("    " + screen.Paint(shown[last], tones[last]));
            }
        }
    }

    private static string Line(Screen screen, string[] cells, Tone[] tones, int[] widths, int count) => string.Join(
        Gap,
        Enumerable.Range(0, count).Select(i => screen.Paint(cells[i], tones[i]) + new string(' ', i == count - 1 ? 0 : widths[i] - cells[i].Length)))
        .TrimEnd();
}
