using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>A field selector: <c>metadata.name=web,status.phase!=Running</c>.</summary>
public sealed class FieldSelector
{
    private readonly IReadOnlyList<Term> terms;

    private FieldSelector(IReadOnlyList<Term> terms) => this.terms = terms;

    /// <summary>Selects everything.</summary>
    public static FieldSelector Everything { get; } = new([]);

    /// <summary>Whether nothing is left out.</summary>
    public bool IsEverything => terms.Count == 0;

    /// <summary>The fields that are named, for checking which are supported.</summary>
    public IEnumerable<string> Fields => terms.Select(t => t.Field);

    /// <summary>Reads the text of a <c>fieldSelector</c> parameter.</summary>
    /// <exception cref="ApiException">400 when the text is malformed.</exception>
    public static FieldSelector Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return Everything;
        }

        var list = new List<Term>();
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
            {
                throw ApiErrors.BadRequest($"invalid selector: '{text}'; can't understand '{part}'");
            }

            var negative = part[at - 1] == '!';
            var value = part[(at + 1)..];
            list.Add(new Term(part[..(negative ? at - 1 : at)].Trim(), value.StartsWith('=') ? value[1..] : value, negative));
        }

        return new FieldSelector(list);
    }

    /// <summary>Whether the object is selected. A missing field counts as empty text.</summary>
    public bool Matches(JsonObject item)
    {
        foreach (var term in terms)
        {
            if (string.Equals(Read(item, term.Field), term.Value, StringComparison.Ordinal) == term.Negative)
            {
                return false;
            }
        }

        return true;
    }

    private static string Read(JsonObject item, string field)
    {
        JsonNode? node = item;
        foreach (var step in field.Split('.'))
        {
            node = (node as JsonObject)?[step];
        }

        return node is JsonValue value ? value.ToString() : "";
    }

    private sealed record Term(string Field, string Value, bool Negative);
}
