using System.Collections.Immutable;
using System.Globalization;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Workloads;

namespace Guardrail.Kubernetes.Contest;

/// <summary>A template that does not come back: the API server refuses it.</summary>
/// <param name="Revision">The revision that it was.</param>
/// <param name="Digest">Digest of the template, by which it is known again: its revision's hash is not known before it is stored.</param>
/// <param name="Record">Name of the record that tells why.</param>
internal readonly record struct RefusedTemplate(RevisionId Revision, TemplateDigest Digest, string Record);

/// <summary>Reads and writes <see cref="GuardrailAnnotations.RefusedTemplates"/>: <c>hash=digest=record</c>, separated by commas, oldest first.</summary>
internal static class RefusedTemplates
{
    public static ImmutableArray<RefusedTemplate> Read(string? value) => value is null
        ? []
        : [.. value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .TakeLast(GuardrailAnnotations.QuarantineLimit).Select(ReadOne).OfType<RefusedTemplate>()];

    /// <summary>The value with one more.</summary>
    public static string Add(string? earlier, RefusedTemplate added) =>
        Write([.. Read(earlier).Where(one => one.Revision != added.Revision), added])!;

    /// <summary>The value without a revision; null when none is left.</summary>
    public static string? Remove(string? earlier, RevisionId released) => Write([.. Read(earlier).Where(one => one.Revision != released)]);

    private static string? Write(ImmutableArray<RefusedTemplate> all) => all.IsEmpty
        ? null
        : string.Join(',', all.TakeLast(GuardrailAnnotations.QuarantineLimit).Select(one => $"{one.Revision.Hash}={one.Digest}={one.Record}"));

    private static RefusedTemplate? ReadOne(string text) =>
        text.Split('=') is [{ Length: > 0 } hash, { Length: 32 } digest, { Length: > 0 } record]
        && UInt128.TryParse(digest, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? new(new(hash), new(value), record)
            : null;
}
