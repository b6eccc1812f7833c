using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>A label selector: <c>a=b,c!=d,e in (x,y),f notin (z),g,!h</c>.</summary>
public sealed class LabelSelector
{
    private readonly IReadOnlyList<Requirement> requirements;

    private LabelSelector(IReadOnlyList<Requirement> requirements) => this.requirements = requirements;

    private enum Operator
    {
        In,
        NotIn,
        Exists,
        Missing,
        Greater,
        Less,
    }

    /// <summary>Selects everything.</summary>
    public static LabelSelector Everything { get; } = new([]);

    /// <summary>Whether nothing is left out.</summary>
    public bool IsEverything => requirements.Count == 0;

    /// <summary>Reads the text of a <c>labelSelector</c> parameter.</summary>
    /// <exception cref="ApiException">400 when the text is malformed.</exception>
    public static LabelSelector Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return Everything;
        }

        return new LabelSelector([.. SplitOutsideParentheses(text).Select(part => ParseOne(part.Trim(), text))]);
    }

    /// <summary>Reads a <c>spec.selector</c> with matchLabels and matchExpressions; null selects everything.</summary>
    public static LabelSelector FromObject(JsonObject? selector)
    {
        var list = new List<Requirement>();
        foreach (var (key, value) in selector?["matchLabels"] as JsonObject ?? [])
        {
            list.Add(new Requirement(key, Operator.In, [(string?)value ?? ""]));
        }

        foreach (var expression in (selector?["matchExpressions"] as JsonArray)?.OfType<JsonObject>() ?? [])
        {
            string[] values = [.. (expression["values"] as JsonArray)?.Select(v => (string?)v ?? "") ?? []];
            var op = (string?)expression["operator"] switch
            {
                "In" => Operator.In,
                "NotIn" => Operator.NotIn,
                "Exists" => Operator.Exists,
                "DoesNotExist" => Operator.Missing,
                var other => throw ApiErrors.BadRequest($"\"{other}\" is not a valid label selector operator"),
            };
            list.Add(new Requirement((string?)expression["key"] ?? "", op, values));
        }

        return new LabelSelector(list);
    }

    /// <summary>Whether these labels (null: none) are selected.</summary>
    public bool Matches(JsonObject? labels)
    {
        foreach (var requirement in requirements)
        {
            if (!requirement.Matches((string?)labels?[requirement.Key]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The text form, as <c>status.selector</c> of a Scale has it.</summary>
    public override string ToString() => string.Join(',', requirements.OrderBy(r => r.Key, StringComparer.Ordinal));

    private static IEnumerable<string> SplitOutsideParentheses(string text)
    {
        var start = 0;
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (text[i] == ',' && depth == 0)
            {
                yield return text[start..i];
                start = i + 1;
            }
        }

        yield return text[start..];
    }

    private static Requirement ParseOne(string part, string whole)
    {
        if (part.StartsWith('!'))
        {
            return new Requirement(Key(part[1..].Trim(), whole), Operator.Missing, []);
        }

        foreach (var (symbol, op) in new[] { ("!=", Operator.NotIn), ("==", Operator.In), ("=", Operator.In) })
        {
            var at = part.IndexOf(symbol, StringComparison.Ordinal);
            if (at > 0)
            {
                return new Requirement(Key(part[..at].Trim(), whole), op, [Value(part[(at + symbol.Length)..].Trim(), whole)]);
            }
        }

        foreach (var (symbol, op) in new[] { ('>', Operator.Greater), ('<', Operator.Less) })
        {
            var at = part.IndexOf(symbol, StringComparison.Ordinal);
            if (at > 0)
            {
                return new Requirement(Key(part[..at].Trim(), whole), op, [part[(at + 1)..].Trim()]);
            }
        }

        var words = part.Split([' ', '\t'], 3, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length == 1)
        {
            return new Requirement(Key(words[0], whole), Operator.Exists, []);
        }

        var rest = part[words[0].Length..].TrimStart();
        var inside = rest.StartsWith("notin", StringComparison.Ordinal) ? rest[5..].Trim()
            : rest.StartsWith("in", StringComparison.Ordinal) ? rest[2..].Trim()
            : throw Malformed(whole, $"found '{words[1]}', expected: in, notin, =, ==, !=, gt, lt");
        if (!inside.StartsWith('(') || !inside.EndsWith(')'))
        {
            throw Malformed(whole, $"found '{inside}', expected: '('");
        }

        string[] values = [.. inside[1..^1].Split(',').Select(v => Value(v.Trim(), whole))];
        return new Requirement(
            Key(words[0], whole), rest.StartsWith("notin", StringComparison.Ordinal) ? Operator.NotIn : Operator.In, values);
    }

    private static string Key(string key, string whole) =>
        key.Length > 0 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '/')
            ? key
            : throw Malformed(whole, $"found '{key}', expected: identifier");

    private static string Value(string value, string whole) =>
        value.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')
            ? value
            : throw Malformed(whole, $"found '{value}', expected: identifier");

    private static ApiException Malformed(string whole, string why) =>
        ApiErrors.BadRequest($"unable to parse requirement: {why} in \"{whole}\"");

    private sealed record Requirement(string Key, Operator Operator, string[] Values)
    {
        public bool Matches(string? value) => Operator switch
        {
            Operator.In => value is not null && Array.IndexOf(Values, value) >= 0,
            Operator.NotIn => value is null || Array.IndexOf(Values, value) < 0,
            Operator.Exists => value is not null,
            Operator.Missing => value is null,
            Operator.Greater => Number(value) > Number(Values[0]),
            _ => Number(value) < Number(Values[0]),
        };

        public override string ToString() => Operator switch
        {
            Operator.In when Values.Length == 1 => $"{Key}={Values[0]}",
            Operator.In => $"{Key} in ({string.Join(',', Values)})",
            Operator.NotIn when Values.Length == 1 => $"{Key}!={Values[0]}",
            Operator.NotIn => $"{Key} notin ({string.Join(',', Values)})",
            Operator.Exists => Key,
            Operator.Missing => "!" + Key,
            Operator.Greater => $"{Key}>{Values[0]}",
            _ => $"{Key}<{Values[0]}",
        };

        private static long? Number(string? text) =>
            long.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var n) ? n : null;
    }
}
