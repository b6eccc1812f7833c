namespace Guardrail.Simulation.ApiServer;

/// <summary>One kind of object that the store keeps. Two values are equal when group and plural are equal.</summary>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Version">The version that is served, <c>v1</c>.</param>
/// <param name="Plural">Name in paths, lower case: <c>deployments</c>.</param>
/// <param name="Kind">Kind in objects: <c>Deployment</c>.</param>
/// <param name="Namespaced">Whether objects live in a namespace.</param>
/// <param name="Singular">Singular name for clients: <c>deployment</c>.</param>
public sealed record ResourceType(string Group, string Version, string Plural, string Kind, bool Namespaced, string Singular)
{
    /// <summary>Short names for clients: <c>deploy</c>.</summary>
    public IReadOnlyList<string> ShortNames { get; init; } = [];

    /// <summary>Categories for clients: <c>all</c>.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>Whether a write to the object leaves its status alone and <c>/status</c> exists.</summary>
    public bool HasStatus { get; init; }

    /// <summary>Whether <c>/scale</c> exists.</summary>
    public bool HasScale { get; init; }

    /// <summary>Whether the server counts <c>metadata.generation</c>.</summary>
    public bool HasGeneration { get; init; }

    /// <summary>Whether a PUT without a resourceVersion is allowed (not for Leases and custom resources).</summary>
    public bool AllowsUnconditionalUpdate { get; init; } = true;

    /// <summary>The verbs of the resource list.</summary>
    public IReadOnlyList<string> Verbs { get; init; } = AllVerbs;

    /// <summary>Verbs of an ordinary resource.</summary>
    public static IReadOnlyList<string> AllVerbs { get; } =
        ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    /// <summary><c>v1</c> or <c>apps/v1</c>.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary><c>pods</c> or <c>deployments.apps</c>: how messages name the resource.</summary>
    public string QualifiedPlural => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary><c>Pod</c> or <c>Deployment.apps</c>: how validation messages name the kind.</summary>
    public string QualifiedKind => Group.Length == 0 ? Kind : $"{Kind}.{Group}";

    /// <summary>Equal by group and plural.</summary>
    public bool Equals(ResourceType? other) =>
        other is not null && string.Equals(Plural, other.Plural, StringComparison.Ordinal)
        && string.Equals(Group, other.Group, StringComparison.Ordinal);

    /// <summary>Hash of group and plural.</summary>
    public override int GetHashCode() => HashCode.Combine(Group, Plural);

    /// <summary>The qualified plural.</summary>
    public override string ToString() => QualifiedPlural;
}
