using System.CommandLine;

namespace Guardrail.Cli;

/// <summary>Says in one sentence what is wrong with a command line.</summary>
internal static class InputErrors
{
    /// <summary>The sentence; null when nothing is wrong.</summary>
    public static string? Describe(ParseResult parsed)
    {
        if (parsed.Errors.Count == 0)
        {
            return null;
        }

        var command = parsed.CommandResult.Command;
        return $"{Sentence(parsed, command)}; see {PathOf(command)} --help.";
    }

    private static string PathOf(Command command) => command is RootCommand || command.Parents.OfType<Command>().FirstOrDefault() is not { } parent
        ? InvokedAs.Current
        : $"{PathOf(parent)} {command.Name}";

    private static string Sentence(ParseResult parsed, Command command)
    {
        string[] names = [.. command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name)];
        var choices = names.Length < 2 ? string.Concat(names) : $"{string.Join(", ", names[..^1])} or {names[^1]}";
        return parsed.UnmatchedTokens switch
        {
            [var token, ..] when token.StartsWith('-') => $"there is no option '{token}'{Suggestion(token, command)}",
            [var token, ..] when choices.Length > 0 => $"there is no command '{token}'; choose {choices}",
            [var token, ..] => $"'{token}' belongs to no option",
            // A command that does something by itself needs no other one: it is given a value that it cannot use.
            _ when choices.Length > 0 && command.Action is null => $"no command is given; choose {choices}",
            _ => parsed.Errors[0].Message.TrimEnd('.'),
        };
    }

    private static string Suggestion(string token, Command command)
    {
        var nearest = command.Options.SelectMany(o => o.Aliases.Append(o.Name)).Where(n => n.StartsWith("--", StringComparison.Ordinal))
            .Select(name => (Name: name, Distance: Distance(name, token))).OrderBy(c => c.Distance).FirstOrDefault();
        return nearest.Name is not null && nearest.Distance <= Math.Min(3, (token.Length / 2) - 1) ? $"; did you mean {nearest.Name}?" : "";
    }

    /// <summary>Insertions, deletions and replacements that lead from one to the other (Levenshtein).</summary>
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        foreach (var letter in one)
        {
            var diagonal = row[0]++;
            for (var i = 0; i < other.Length; i++)
            {
                var replaced = diagonal + (letter == other[i] ? 0 : 1);
                diagonal = row[i + 1];
                row[i + 1] = Math.Min(replaced, Math.Min(row[i], diagonal) + 1);
            }
        }

        return row[^1];
    }
}
