using Spectre.Console;

namespace Guardrail.Detection.Verbs;

/// <summary>Where tables for people go.</summary>
internal static class TableConsole
{
    private const int FileWidth = 200;

    /// <summary>A console over a writer, as wide as the terminal; wide when there is none, for a file needs no wrapping.</summary>
    public static IAnsiConsole Make(TextWriter output)
    {
        var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = Console.IsOutputRedirected || output != Console.Out ? FileWidth : console.Profile.Width;
        return console;
    }
}
