using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Who writes, and how.</summary>
/// <param name="Manager">Name in managedFields: the fieldManager parameter or the first word of the User-Agent.</param>
public sealed record WriteOptions(string Manager)
{
    /// <summary>The writer that in-process controllers are: <c>kube-controller-manager</c>.</summary>
    public static WriteOptions Controller { get; } = new("kube-controller-manager");

    /// <summary>Answer as if written, but write nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>The apiVersion in managedFields; null for the kind's own.</summary>
    internal string? ApiVersion { get; init; }

    /// <summary>The subresource in managedFields when it is not the one that is stored (<c>scale</c>).</summary>
    internal string? OwnedSubresource { get; init; }

    /// <summary>The fields of a server-side apply; null for other writes.</summary>
    internal FieldSet? Applied { get; init; }

    /// <summary>
    /// Is told what is stored and what would be, before anything is written; throws when it is not to be. Called with the store locked.
    /// </summary>
    internal Action<StoredObject?, StoredObject?>? Admit { get; init; }

    /// <summary>Whether this apply takes or gives up fields although it changes no value.</summary>
    internal bool ChangesOwners(FieldOwners owners, string? subresource) =>
        Applied is not null && !owners.AppliedBy(Manager, OwnedSubresource ?? subresource ?? "").SetEquals(Applied);
}

/// <summary>How an object is to be deleted.</summary>
public sealed record DeleteOptions
{
    /// <summary>Delete only the object of this uid; null for any.</summary>
    public string? Uid { get; init; }

    /// <summary>Delete only this version; null for any.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Seconds that a pod on a node has to end; null takes the pod's own. Other kinds have no grace.</summary>
    public int? GracePeriodSeconds { get; init; }

    /// <summary><c>Background</c> (default), <c>Foreground</c> or <c>Orphan</c>.</summary>
    public string? PropagationPolicy { get; init; }

    /// <summary>Answer as if deleted, but delete nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>Is told what is stored, before anything is deleted; throws when it is not to be. Called with the store locked.</summary>
    internal Action<StoredObject?, StoredObject?>? Admit { get; init; }
}

/// <summary>What a delete did.</summary>
/// <param name="Item">The object as it was last, or with its deletionTimestamp.</param>
/// <param name="Removed">False when it still exists, because of a grace period or finalizers.</param>
public sealed record DeleteResult(JsonObject Item, bool Removed);

/// <summary>A consistent list of objects.</summary>
/// <param name="Items">The objects in order of namespace and name. Shared: never change them.</param>
/// <param name="Version">The resourceVersion of the list.</param>
public sealed record ListResult(IReadOnlyList<JsonObject> Items, long Version);
