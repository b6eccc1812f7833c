using System.Globalization;
using System.Text.RegularExpressions;
using Guardrail.Kubernetes.Policies;

namespace Guardrail.Simulation.Scenarios.Reading;

/// <summary>Reads the values of a scenario's fields, each with its unit and range.</summary>
internal static partial class ScenarioValues
{
    /// <summary>Longest time of a scenario.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromDays(31);

    /// <summary>A share such as <c>0.1%</c>.</summary>
    public static double Percent(this YamlPlace place)
    {
        var text = place.Text();
        return text.EndsWith('%') && Number(text[..^1]) is { } number
            ? number is >= 0 and <= 100
                ? number / 100
                : throw place.Error($"is {text}, but must be from 0% to 100%.")
            : throw place.Error($"is \"{text}\", but must be a share with its percent sign, such as 0.1%.");
    }

    /// <summary>A rate such as <c>200/s</c>, in requests per second.</summary>
    public static double Rate(this YamlPlace place)
    {
        var text = place.Text();
        var match = RatePattern().Match(text);
        if (!match.Success || Number(match.Groups[1].Value) is not { } number)
        {
            throw place.Error($"is \"{text}\", but must be a rate with its unit, such as 200/s, 30/min or 100/h.");
        }

        return number < 0 ? throw place.Error($"is {text}, but a rate is at least 0/s.")
            : number > 1e6 ? throw place.Error($"is {text}, but must be at most 1000000/s.")
            : number / (match.Groups[2].Value switch { "s" => 1, "min" => 60, _ => 3600 });
    }

    /// <summary>A time since the start.</summary>
    public static TimeSpan Time(this YamlPlace place) => place.Duration(TimeSpan.Zero, Longest);

    /// <summary>A length of time above 0.</summary>
    public static TimeSpan Length(this YamlPlace place) => place.Duration(TimeSpan.FromMilliseconds(1), Longest);

    /// <summary>A factor of at least 1.</summary>
    public static double AtLeastOne(this YamlPlace place) => place.Fraction(1, inclusive: true, 1e6);

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    [GeneratedRegex(@"^(-?[0-9]+(?:\.[0-9]+)?)/(s|min|h)\z")]
    private static partial Regex RatePattern();
}
