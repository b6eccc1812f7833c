using System.Globalization;
using System.Text;
using Spectre.Console;

namespace Guardrail.Cli.Output;

/// <summary>Where a command writes, and what can be shown there.</summary>
internal sealed record Screen
{
    /// <summary>Narrowest text that is laid out: 40 columns.</summary>
    public const int Narrowest = 40;

    /// <summary>Width of running text where there is no terminal: 100 columns.</summary>
    private const int ParagraphWidth = 100;

    /// <summary>Data, and text where text is asked for.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Everything for people while standard output carries JSON or YAML, and faults.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Where answers are read from.</summary>
    public TextReader In { get; init; } = TextReader.Null;

    /// <summary>Columns; null where lines may be of any length.</summary>
    public int? Width { get; init; }

    /// <summary>Whether more than ASCII can be shown.</summary>
    public bool Unicode { get; init; }

    /// <summary>Whether colours can be shown.</summary>
    public bool Colour { get; init; }

    /// <summary>Whether a person reads and can be asked.</summary>
    public bool Interactive { get; init; }

    /// <summary>Width of running text.</summary>
    public int Paragraph => Math.Max(Narrowest, Math.Min(Width ?? ParagraphWidth, 160));

    /// <summary>Sign for what was left out.</summary>
    public string Ellipsis => Unicode ? "…" : "...";

    /// <summary>Sign between two revisions.</summary>
    public string Arrow => Unicode ? "→" : "->";

    /// <summary>The terminal, pipe or file that this process writes to.</summary>
    /// <param name="plain">Whether ASCII without colours is asked for.</param>
    public static Screen OfProcess(bool plain)
    {
        var terminal = AnsiConsole.Console.Profile.Capabilities;
        var shown = !Console.IsOutputRedirected;
        return new Screen
        {
            Out = Console.Out,
            Error = Console.Error,
            In = Console.In,
            Width = Columns(shown),
            Unicode = !plain && Encodes(Console.OutputEncoding) && Environment.GetEnvironmentVariable("TERM") is not ("dumb" or "linux"),
            Colour = !plain && shown && terminal.Ansi && terminal.ColorSystem != ColorSystem.NoColors,
            Interactive = shown && !Console.IsInputRedirected,
        };
    }

    /// <summary>Text in a colour where there are colours.</summary>
    public string Paint(string text, Tone tone) => !Colour || tone == Tone.Plain || text.Length == 0 ? text : $"\u001b[{tone switch
    {
        Tone.Bad => "31",
        Tone.Doubtful => "33",
        Tone.Good => "32",
        Tone.Faint => "2",
        _ => "1",
    }}m{text}\u001b[0m";

    /// <summary>The text without what would steer the terminal: records hold what others wrote.</summary>
    public string Clean(string text) => new([.. text.Select(c => char.IsControl(c) ? ' ' : Unicode || c < 128 ? c : Plain(c))]);

    private static char Plain(char c) => c switch
    {
        '→' => '>',
        '…' => '.',
        '–' or '—' => '-',
        _ => '?',
    };

    private static int? Columns(bool shown)
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out var told) && told > 0)
        {
            return Math.Max(Narrowest, told);
        }

        return shown ? Math.Max(Narrowest, AnsiConsole.Console.Profile.Width) : null;
    }

    private static bool Encodes(Encoding encoding) => encoding.CodePage is 65001 or 1200 or 1201 or 12000;
}

/// <summary>Meaning of a colour.</summary>
internal enum Tone
{
    /// <summary>None.</summary>
    Plain,

    /// <summary>Speaks against the new revision, or a person must act.</summary>
    Bad,

    /// <summary>To be looked at.</summary>
    Doubtful,

    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Less important.</summary>
    Faint,

    /// <summary>A heading.</summary>
    Heading,
}
