using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>A set of field paths, as the <c>fieldsV1</c> of managedFields holds it. Never changes once it is made.</summary>
internal sealed class FieldSet
{
    private static readonly SortedDictionary<string, FieldSet> NoChildren = new(StringComparer.Ordinal);

    private FieldSet(bool member, SortedDictionary<string, FieldSet> children)
    {
        IsMember = member;
        Children = children;
    }

    public static FieldSet Empty { get; } = new(false, NoChildren);

    public static FieldSet Leaf { get; } = new(true, NoChildren);

    /// <summary>Whether the path that leads here is in the set itself.</summary>
    public bool IsMember { get; }

    public SortedDictionary<string, FieldSet> Children { get; }

    public bool IsEmpty => !IsMember && Children.Count == 0;

    public static FieldSet Of(bool member, IEnumerable<KeyValuePair<string, FieldSet>> children)
    {
        var kept = new SortedDictionary<string, FieldSet>(StringComparer.Ordinal);
        foreach (var (key, value) in children)
        {
            if (!value.IsEmpty)
            {
                kept[key] = value;
            }
        }

        return kept.Count > 0 ? new FieldSet(member, kept) : member ? Leaf : Empty;
    }

    public FieldSet Union(FieldSet other)
    {
        if (IsEmpty || ReferenceEquals(this, other))
        {
            return other;
        }

        if (other.IsEmpty)
        {
            return this;
        }

        var keys = Children.Keys.Union(other.Children.Keys, StringComparer.Ordinal);
        return Of(
            IsMember || other.IsMember,
            keys.Select(k => KeyValuePair.Create(
                k, (Children.GetValueOrDefault(k) ?? Empty).Union(other.Children.GetValueOrDefault(k) ?? Empty))));
    }

    public FieldSet Minus(FieldSet other)
    {
        if (IsEmpty || other.IsEmpty)
        {
            return this;
        }

        return Of(
            IsMember && !other.IsMember,
            Children.Select(c => KeyValuePair.Create(c.Key, c.Value.Minus(other.Children.GetValueOrDefault(c.Key) ?? Empty))));
    }

    /// <summary>Removes a path and everything below it wherever the other set has it.</summary>
    public FieldSet WithoutSubtrees(FieldSet other)
    {
        if (other.IsMember)
        {
            return Empty;
        }

        return Of(
            IsMember,
            Children.Select(c => KeyValuePair.Create(
                c.Key, other.Children.TryGetValue(c.Key, out var below) ? c.Value.WithoutSubtrees(below) : c.Value)));
    }

    public bool SetEquals(FieldSet other) =>
        ReferenceEquals(this, other)
        || (IsMember == other.IsMember && Children.Count == other.Children.Count
            && Children.All(c => other.Children.TryGetValue(c.Key, out var below) && c.Value.SetEquals(below)));

    /// <summary>The <c>fieldsV1</c> form.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject();
        if (IsMember && Children.Count > 0)
        {
            json["."] = new JsonObject();
        }

        foreach (var (key, value) in Children)
        {
            json[key] = value.ToJson();
        }

        return json;
    }

    /// <summary>The paths of the leaves, as messages show them: <c>.spec.containers[name="web"].image</c>.</summary>
    public IEnumerable<string> Paths(string prefix = "")
    {
        if (Children.Count == 0)
        {
            if (IsMember)
            {
                yield return prefix;
            }

            yield break;
        }

        foreach (var (key, value) in Children)
        {
            foreach (var path in value.Paths(prefix + Shown(key)))
            {
                yield return path;
            }
        }
    }

    private static string Shown(string key)
    {
        if (key.StartsWith("f:", StringComparison.Ordinal))
        {
            return "." + key[2..];
        }

        if (key.StartsWith("k:", StringComparison.Ordinal) && JsonNode.Parse(key[2..]) is JsonObject keys)
        {
            return $"[{string.Join(',', keys.Select(k => $"{k.Key}={k.Value?.ToJsonString()}"))}]";
        }

        return key.StartsWith("v:", StringComparison.Ordinal) ? $"[={key[2..]}]" : key;
    }
}
