using System.CommandLine.Parsing;
using System.Globalization;

namespace Guardrail.Cli.Running;

/// <summary>Reads durations as people write them: <c>500ms</c>, <c>5s</c>, <c>10m</c>, <c>6h</c>.</summary>
internal static class Durations
{
    /// <summary>Reads the value of an option.</summary>
    public static TimeSpan Parse(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
        if (TryParse(text, out var duration))
        {
            return duration;
        }

        result.AddError($"'{text}' is no duration; write 500ms, 5s, 10m or 6h.");
        return default;
    }

    /// <summary>Reads the value of an option, from <paramref name="least"/> to <paramref name="most"/>.</summary>
    /// <param name="least">The shortest, as people write it.</param>
    /// <param name="most">The longest, as people write it.</param>
    public static Func<ArgumentResult, TimeSpan> Within(string least, string most) => result =>
    {
        var duration = Parse(result);
        if (!result.Errors.Any() && TryParse(least, out var shortest) && TryParse(most, out var longest) && (duration < shortest || duration > longest))
        {
            result.AddError($"{(result.Parent as OptionResult)?.Option.Name} takes a duration from {least} to {most}.");
        }

        return duration;
    };

    /// <summary>Reads a duration; false when the text is none.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        var digits = text.AsSpan().TrimEnd("hms");
        duration = default;
        if (!double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || !(number <= 1e8))
        {
            return false;
        }

        switch (text.AsSpan(digits.Length))
        {
            case "ms":
                duration = TimeSpan.FromMilliseconds(number);
                return true;
            case "s":
                duration = TimeSpan.FromSeconds(number);
                return true;
            case "m":
                duration = TimeSpan.FromMinutes(number);
                return true;
            case "h":
                duration = TimeSpan.FromHours(number);
                return true;
            default:
                return false;
        }
    }
}
