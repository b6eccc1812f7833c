using System.Globalization;
using System.Text.RegularExpressions;
using Guardrail.Engine.Policies;
using Guardrail.Kubernetes.Connection;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Guardrail.Kubernetes.Policies;

/// <summary>Reads the values of a policy's fields, each with its range.</summary>
internal static partial class YamlValues
{
    /// <summary>A duration such as <c>500ms</c>, <c>5s</c>, <c>1h30m</c>.</summary>
    public static TimeSpan Duration(this YamlPlace place, TimeSpan least, TimeSpan most)
    {
        var text = place.Text();
        var match = DurationPattern().Match(text);
        if (!match.Success)
        {
            throw place.Error($"is \"{text}\", but must be a duration with its unit, such as 90s, 5m or 1h30m.");
        }

        var total = TimeSpan.Zero;
        for (var part = 0; part < match.Groups[1].Captures.Count; part++)
        {
            var number = double.Parse(match.Groups[1].Captures[part].Value, CultureInfo.InvariantCulture);
            total += match.Groups[2].Captures[part].Value switch
            {
                "ms" => TimeSpan.FromMilliseconds(number),
                "s" => TimeSpan.FromSeconds(number),
                "m" => TimeSpan.FromMinutes(number),
                _ => TimeSpan.FromHours(number),
            };
        }

        return total >= least && total <= most
            ? total
            : throw place.Error($"is {text}, but must be from {Write(least)} to {Write(most)}.");
    }

    /// <summary>A whole number.</summary>
    public static long Whole(this YamlPlace place, long least, long most)
    {
        var text = place.Text();
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && IsPlain(place) && number >= least && number <= most
            ? number
            : throw place.Error(string.Create(CultureInfo.InvariantCulture,
                $"is \"{text}\", but must be a whole number from {least} to {most}."));
    }

    /// <summary>
    /// A number above <paramref name="least"/> (or equal to it, when <paramref name="inclusive"/>), up to <paramref name="most"/>.
    /// </summary>
    public static double Fraction(this YamlPlace place, double least, bool inclusive, double most)
    {
        var text = place.Text();
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && IsPlain(place) && (inclusive ? number >= least : number > least) && number <= most
            ? number
            : throw place.Error(string.Create(
                CultureInfo.InvariantCulture,
                    $"is \"{text}\", but must be a number {(inclusive ? "from" : "above")} {least} up to {most}."));
    }

    /// <summary>true or false.</summary>
    public static bool Flag(this YamlPlace place) => place.Text() switch
    {
        "true" when IsPlain(place) => true,
        "false" when IsPlain(place) => false,
        var other => throw place.Error($"is \"{other}\", but must be true or false."),
    };

    /// <summary>One of the names of an enumeration, as written in the documentation.</summary>
    public static T Choice<T>(this YamlPlace place)
        where T : struct, Enum
    {
        var text = place.Text();
        var names = Enum.GetNames<T>();
        return names.Contains(text)
            ? Enum.Parse<T>(text)
            : throw place.Error($"is \"{text}\", but must be one of {string.Join(", ", names)}; {Suggestion.For(text, names)}");
    }

    /// <summary>A name that must match a pattern.</summary>
    public static string Name(this YamlPlace place, Regex pattern, string example)
    {
        var text = place.Text();
        return pattern.IsMatch(text) && text.Length <= 253
            ? text
            : throw place.Error($"is \"{text}\", but must be a name such as {example}.");
    }

    /// <summary>A list of names that must match a pattern; not empty.</summary>
    public static EquatableList<string> Names(this YamlPlace place, Regex pattern, string example)
    {
        string[] names = [.. place.Items().Select(item => item.Name(pattern, example))];
        return names.Length > 0 ? [.. names] : throw place.Error("is empty; leave it out or name one.");
    }

    /// <summary>A regular expression of .NET and Prometheus alike.</summary>
    public static string Pattern(this YamlPlace place)
    {
        var text = place.Text();
        try
        {
            // RE2, which Prometheus uses, knows neither backtracking constructs nor this option's exceptions.
            _ = new Regex(text, RegexOptions.NonBacktracking);
            return text;
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
        {
            throw place.Error($"is \"{text}\", which is no regular expression that Prometheus takes: {fault.Message}");
        }
    }

    private static bool IsPlain(YamlPlace place) => ((YamlScalarNode)place.Node).Style == ScalarStyle.Plain;

    private static string Write(TimeSpan time) => time switch
    {
        _ when time >= TimeSpan.FromHours(1) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.##}h"),
        _ when time >= TimeSpan.FromMinutes(1) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.##}m"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###}s"),
    };

    [GeneratedRegex(@"^(?:([0-9]{1,9}(?:\.[0-9]{1,9})?)(ms|s|m|h))+\z")]
    private static partial Regex DurationPattern();
}
