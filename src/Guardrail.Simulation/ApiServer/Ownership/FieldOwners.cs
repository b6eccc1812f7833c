using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Which manager wrote which field of an object last. Never changes; a write makes a new one.</summary>
internal sealed class FieldOwners
{
    private readonly IReadOnlyList<FieldOwner> owners;

    private FieldOwners(IEnumerable<FieldOwner> owners) =>
        this.owners = [.. owners.OrderBy(o => o.Applies ? 0 : 1).ThenBy(o => o.Time).ThenBy(o => o.Manager, StringComparer.Ordinal)];

    public static FieldOwners None { get; } = new([]);

    public JsonArray ToJson() => [.. owners.Select(o => o.ToJson())];

    /// <summary>The fields that a manager has applied.</summary>
    public FieldSet AppliedBy(string manager, string subresource) =>
        owners.FirstOrDefault(o => o.Applies && o.Manager == manager && o.Subresource == subresource)?.Fields ?? FieldSet.Empty;

    /// <summary>The owners after an update: what it changed is its manager's, what it removed is nobody's.</summary>
    public FieldOwners AfterWrite(JsonObject? before, JsonObject after, FieldOwner writer, Schema schema)
    {
        var diff = FieldDiff.Between(before, after, schema);
        return diff.Changed.IsEmpty && diff.Removed.IsEmpty ? this : After(diff, writer);
    }

    /// <summary>The owners after an apply: its manager owns what it named, and shares what others own with the same value.</summary>
    public FieldOwners AfterApply(JsonObject? before, JsonObject after, FieldOwner writer, Schema schema)
    {
        var diff = FieldDiff.Between(before, after, schema);
        var others = owners.Where(o => !o.IsSameAs(writer))
            .Select(o => o with { Fields = o.Fields.Minus(diff.Changed).Minus(diff.Removed) });
        var mine = owners.FirstOrDefault(o => o.IsSameAs(writer));
        return new FieldOwners([.. Kept(others), mine is not null && mine.Fields.SetEquals(writer.Fields) ? mine : writer]);
    }

    /// <summary>Other managers that own some of these fields, with the fields.</summary>
    public IEnumerable<(FieldOwner Owner, FieldSet Fields)> Conflicts(FieldSet changed, FieldOwner writer) =>
        owners.Where(o => !o.IsSameAs(writer))
            .Select(o => (o, o.Fields.Minus(o.Fields.Minus(changed))))
            .Where(c => !c.Item2.IsEmpty);

    /// <summary>Whether nobody but this manager owns a field.</summary>
    public FieldSet OwnedByOthers(FieldOwner writer) =>
        owners.Where(o => !o.IsSameAs(writer)).Aggregate(FieldSet.Empty, (all, o) => all.Union(o.Fields));

    private FieldOwners After(FieldDiff diff, FieldOwner writer)
    {
        var mine = owners.FirstOrDefault(o => o.IsSameAs(writer));
        var fields = (mine?.Fields ?? FieldSet.Empty).Minus(diff.Removed).Union(diff.Changed);
        var others = owners.Where(o => !o.IsSameAs(writer))
            .Select(o => o with { Fields = o.Fields.Minus(diff.Changed).Minus(diff.Removed) });
        return new FieldOwners(Kept([.. others, writer with { Fields = fields }]));
    }

    private static IEnumerable<FieldOwner> Kept(IEnumerable<FieldOwner> list) => list.Where(o => !o.Fields.IsEmpty || o.Applies);
}
