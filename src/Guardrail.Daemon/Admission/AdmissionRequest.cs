using System.Text.Json;

namespace Guardrail.Daemon.Admission;

/// <summary>What the API server asks about one write, as far as rules need it (AdmissionReview of admission.k8s.io/v1).</summary>
public sealed record AdmissionRequest
{
    /// <summary>Names the question; the answer repeats it.</summary>
    public required string Uid { get; init; }

    /// <summary>API group of the resource; empty for the core group.</summary>
    public required string Group { get; init; }

    /// <summary>Resource, plural.</summary>
    public required string Resource { get; init; }

    /// <summary>Subresource; empty for none.</summary>
    public required string Subresource { get; init; }

    /// <summary>CREATE, UPDATE, DELETE or CONNECT.</summary>
    public required string Operation { get; init; }

    /// <summary>Namespace; empty for what is in none.</summary>
    public required string Namespace { get; init; }

    /// <summary>Name; empty where the API server does not tell it, as for each object of a collection that is deleted.</summary>
    public required string Name { get; init; }

    /// <summary>Who asks for the write.</summary>
    public required string User { get; init; }

    /// <summary>Whether nothing will be written.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>The object as it would be stored; undefined for a DELETE.</summary>
    public JsonElement NewObject { get; init; }

    /// <summary>The object as it is stored; undefined for a CREATE.</summary>
    public JsonElement OldObject { get; init; }
}
