using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Guardrail.Simulation.ApiServer;

/// <summary>The JSON paths that printer columns use: members, indexes, and <c>[?(@.type=="Ready")]</c>.</summary>
internal sealed partial class SimpleJsonPath
{
    private readonly List<Func<JsonNode?, JsonNode?>> steps = [];

    private SimpleJsonPath()
    {
    }

    /// <summary>Reads a path; parts that are not understood find nothing.</summary>
    public static SimpleJsonPath Parse(string text)
    {
        var path = new SimpleJsonPath();
        var at = 0;
        while (at < text.Length)
        {
            var match = Step().Match(text, at);
            if (!match.Success || match.Index != at || match.Length == 0)
            {
                path.steps.Add(_ => null);
                break;
            }

            path.Add(match);
            at += match.Length;
        }

        return path;
    }

    public JsonNode? Find(JsonNode? root) => steps.Aggregate(root, (node, step) => step(node));

    private void Add(Match match)
    {
        if (match.Groups["member"].Success)
        {
            var name = match.Groups["member"].Value.Replace("\\.", ".", StringComparison.Ordinal);
            steps.Add(node => (node as JsonObject)?[name]);
        }
        else if (match.Groups["quoted"].Success)
        {
            var name = match.Groups["quoted"].Value;
            steps.Add(node => (node as JsonObject)?[name]);
        }
        else if (match.Groups["index"].Success)
        {
            var index = int.Parse(match.Groups["index"].Value, CultureInfo.InvariantCulture);
            steps.Add(node => node is JsonArray list && index < list.Count ? list[index] : null);
        }
        else
        {
            var (key, value) = (match.Groups["key"].Value, match.Groups["value"].Value);
            steps.Add(node => (node as JsonArray)?.FirstOrDefault(i => i?[key]?.ToString() == value));
        }
    }

    [GeneratedRegex(
        """\G(\.(?<member>([^.\[\\]|\\.)+)|\['(?<quoted>[^']+)'\]|\[(?<index>\d+)\]|\[\?\(@\.(?<key>\w+)\s*==\s*["'](?<value>[^"']*)["']\)\])""")]
    private static partial Regex Step();
}
