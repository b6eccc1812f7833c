using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Simulation.Drills;

/// <summary>
/// Reads a whole drill from lines such as <c>+90s anna: rollback checkout</c>: times since it began, which do not go back; a line without one comes with
/// the line before.
/// </summary>
public static partial class DrillScript
{
    /// <summary>Most lines: 10,000.</summary>
    public const int MostLines = 10_000;

    /// <summary>Reads it.</summary>
    /// <param name="text">The lines.</param>
    /// <param name="name">Name of the text in messages.</param>
    /// <param name="reader">Reads a line.</param>
    /// <param name="speaker">Who speaks first.</param>
    /// <returns>The commands, and when somebody called it over; null when nobody did.</returns>
    /// <exception cref="ConfigurationException">A line cannot be understood; the message names it.</exception>
    public static (ImmutableArray<DrillStep> Steps, TimeSpan? End) Read(TextReader text, string name, DrillReader reader, string speaker)
    {
        var steps = ImmutableArray.CreateBuilder<DrillStep>();
        var (at, number) = (TimeSpan.Zero, 0);
        while (text.ReadLine() is { } line)
        {
            if (++number > MostLines)
            {
                throw new ConfigurationException($"{name} has more than {MostLines} lines.");
            }

            (at, var rest) = Time(line.Trim(), at, name, number);
            switch (reader.Read(rest))
            {
                case DrillLine.Wrong wrong:
                    throw Wrong(name, number, wrong.Sentence);
                case DrillLine.Speaks speaks:
                    speaker = speaks.Who;
                    break;
                case DrillLine.Does does:
                    steps.Add(new(at, does.By ?? speaker, does.Command));
                    break;
                case DrillLine.End:
                    return (steps.ToImmutable(), at);
                default:
                    break;
            }
        }

        return (steps.ToImmutable(), null);
    }

    private static (TimeSpan At, string Command) Time(string line, TimeSpan before, string name, int number)
    {
        if (!line.StartsWith('+'))
        {
            return (before, line);
        }

        var match = LineWithTime().Match(line);
        if (!match.Success)
        {
            throw Wrong(name, number, "a time is written +90s, +2m or +1m30s, before the command");
        }

        var at = TimeSpan.Zero;
        for (var part = 0; part < match.Groups[1].Captures.Count; part++)
        {
            var amount = double.Parse(match.Groups[1].Captures[part].Value, CultureInfo.InvariantCulture);
            at += match.Groups[2].Captures[part].Value switch
            {
                "ms" => TimeSpan.FromMilliseconds(amount),
                "s" => TimeSpan.FromSeconds(amount),
                "m" => TimeSpan.FromMinutes(amount),
                _ => TimeSpan.FromHours(amount),
            };
        }

        return at < before ? throw Wrong(name, number, "its time lies before that of the line above; times may not go back")
            : at > DrillPlan.Longest ? throw Wrong(name, number, "its time lies more than 24h after the beginning")
            : (TimeSpan.FromMilliseconds(Math.Round(at.TotalMilliseconds)), match.Groups[3].Value);
    }

    private static ConfigurationException Wrong(string name, int number, string sentence) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{name}({number}): {sentence.TrimEnd('.', '?')}{(sentence.EndsWith('?') ? '?' : '.')}"));

    [GeneratedRegex(@"^\+(?:([0-9]{1,6}(?:\.[0-9]{1,3})?)(ms|s|m|h))+(?:\s+(.*))?$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex LineWithTime();
}
