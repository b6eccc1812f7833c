using System.CommandLine;

namespace Guardrail.Cli;

/// <summary>Help as people read it.</summary>
internal static class HelpText
{
    /// <summary>The help with the program named as people start it, wherever usage lines name it.</summary>
    public static string Named(string help, string name) => string.Join('\n', help.Split('\n').Select(line =>
        line.StartsWith("  " + RootCommand.ExecutableName + " ", StringComparison.Ordinal)
            ? "  " + name + line[(2 + RootCommand.ExecutableName.Length)..]
            : line));
}
