using System.CommandLine.Parsing;

namespace Guardrail.Cli;

/// <summary>Reads the value of an option that is one of a few words.</summary>
internal static class Choices
{
    /// <summary>Reads it, in upper or lower case.</summary>
    public static T Parse<T>(ArgumentResult result)
        where T : struct, Enum
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
        var names = Enum.GetNames<T>();
        if (names.Contains(text, StringComparer.OrdinalIgnoreCase))
        {
            return Enum.Parse<T>(text, ignoreCase: true);
        }

        var option = (result.Parent as OptionResult)?.Option.Name;
        result.AddError($"'{text}' is no value of {option}; choose {string.Join(", ", names[..^1])} or {names[^1]}.");
        return default;
    }
}
