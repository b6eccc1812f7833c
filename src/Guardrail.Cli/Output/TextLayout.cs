namespace Guardrail.Cli.Output;

/// <summary>Fits text into a width.</summary>
internal static class TextLayout
{
    private const char Glue = '\u00a0';

    /// <summary>The text, cut to a width.</summary>
    public static string Cut(string text, int? width, string ellipsis) =>
        width is not { } most || text.Length <= most ? text
        : most <= ellipsis.Length ? text[..Math.Max(0, most)]
        : text[..(most - ellipsis.Length)].TrimEnd() + ellipsis;

    /// <summary>Lines of at most a width, broken between words, never before a percent sign; a longer word stands alone and whole.</summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        var line = "";
        foreach (var part in text.Replace(" %", $"{Glue}%", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var word = part.Replace(Glue, ' ');
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = word;
            }
            else
            {
                line = line.Length == 0 ? word : line + " " + word;
            }
        }

        if (line.Length > 0)
        {
            yield return line;
        }
    }

    /// <summary>Writes text under an indent; lines after the first go deeper by <paramref name="hang"/>.</summary>
    public static void Write(Screen screen, string first, string text, int hang)
    {
        var lines = Wrap(text, Math.Max(20, screen.Paragraph - hang)).DefaultIfEmpty("");
        var lead = first;
        foreach (var line in lines)
        {
            screen.Out.WriteLine((lead + line).TrimEnd());
            lead = new string(' ', hang);
        }
    }
}
