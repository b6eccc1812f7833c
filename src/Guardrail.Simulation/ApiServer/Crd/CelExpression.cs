using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Guardrail.Simulation.ApiServer;

/// <summary>
/// The part of CEL that rules on fields need: self and oldSelf with their fields, has(), literals, !, ==, !=, &lt;, &lt;=, &gt;, &gt;=, +, &amp;&amp;, ||,
/// parentheses. An expression that needs more is not read.
/// </summary>
internal sealed partial class CelExpression
{
    private delegate JsonNode? Evaluation(JsonNode? self, JsonNode? old);

    private static readonly string[][] Levels = [["||"], ["&&"], ["==", "!=", "<=", ">=", "<", ">"], ["+"]];

    private readonly string[] tokens;
    private readonly Evaluation root;
    private int at;

    private CelExpression(string text)
    {
        tokens = [.. Token().Matches(text).Select(m => m.Value)];
        root = Binary(0);
        if (at != tokens.Length)
        {
            throw new FormatException();
        }
    }

    /// <summary>Whether the expression compares with the value before.</summary>
    public bool IsTransition => tokens.Any(t => t == "oldSelf" || t.StartsWith("oldSelf.", StringComparison.Ordinal));

    /// <summary>Reads an expression; null when it needs more than is known here.</summary>
    public static CelExpression? Read(string text)
    {
        try
        {
            return new CelExpression(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>Its value.</summary>
    /// <exception cref="KeyNotFoundException">A field is missing that the expression reads.</exception>
    public JsonNode? Of(JsonNode? self, JsonNode? old) => root(self, old);

    private Evaluation Binary(int level)
    {
        if (level == Levels.Length)
        {
            return Unary();
        }

        var left = Binary(level + 1);
        while (at < tokens.Length && Levels[level].Contains(tokens[at]))
        {
            var (sign, first, second) = (tokens[at++], left, Binary(level + 1));
            left = sign switch
            {
                "||" => (self, old) => Is(first(self, old)) || Is(second(self, old)),
                "&&" => (self, old) => Is(first(self, old)) && Is(second(self, old)),
                _ => (self, old) => Combine(sign, first(self, old), second(self, old)),
            };
        }

        return left;
    }

    private Evaluation Unary()
    {
        var token = at < tokens.Length ? tokens[at++] : throw new FormatException();
        switch (token)
        {
            case "!":
                var negated = Unary();
                return (self, old) => !Is(negated(self, old));
            case "(":
                var inner = Binary(0);
                Expect(")");
                return inner;
            case "has":
                Expect("(");
                var path = Path(tokens[at++]);
                Expect(")");
                return (self, old) => Find(path, self, old, path.Length) is not null;
            case "true" or "false":
                return (_, _) => token == "true";
        }

        if (token[0] == '\'')
        {
            return (_, _) => token[1..^1];
        }

        if (char.IsAsciiDigit(token[0]))
        {
            var number = double.Parse(token, CultureInfo.InvariantCulture);
            return (_, _) => number;
        }

        var names = Path(token);
        return (self, old) => Find(names, self, old, names.Length) ?? throw new KeyNotFoundException($"no such key: {names[^1]}");
    }

    private static string[] Path(string token)
    {
        var names = token.Split('.');
        return names[0] is "self" or "oldSelf" ? names : throw new FormatException();
    }

    private static JsonNode? Find(string[] path, JsonNode? self, JsonNode? old, int length)
    {
        var node = path[0] == "self" ? self : old;
        for (var i = 1; i < length; i++)
        {
            // Without its parent, a field cannot be asked for.
            node = (node as JsonObject ?? throw new KeyNotFoundException($"no such key: {path[i - 1]}"))[path[i]];
        }

        return node;
    }

    private static JsonNode? Combine(string sign, JsonNode? left, JsonNode? right) => sign switch
    {
        "==" => JsonNode.DeepEquals(left, right),
        "!=" => !JsonNode.DeepEquals(left, right),
        "+" when left?.GetValueKind() == JsonValueKind.String => (string?)left + (string?)right,
        "+" => Number(left) + Number(right),
        "<" => Number(left) < Number(right),
        "<=" => Number(left) <= Number(right),
        ">" => Number(left) > Number(right),
        _ => Number(left) >= Number(right),
    };

    private static bool Is(JsonNode? node) => node?.GetValueKind() == JsonValueKind.True;

    private static double Number(JsonNode? node) =>
        node?.GetValueKind() == JsonValueKind.Number ? double.Parse(node.ToJsonString(), CultureInfo.InvariantCulture) : double.NaN;

    private void Expect(string token)
    {
        if (at >= tokens.Length || tokens[at++] != token)
        {
            throw new FormatException();
        }
    }

    // Whatever is no token of these becomes one by itself, which nothing takes.
    [GeneratedRegex(@"'[^'\\]*'|[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*|[0-9]+(\.[0-9]+)?|\|\||&&|[=!<>]=|[^\s]", RegexOptions.CultureInvariant, 200)]
    private static partial Regex Token();
}
