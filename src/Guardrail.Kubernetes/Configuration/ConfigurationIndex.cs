using System.Collections.Immutable;
using System.Text;
using Guardrail.Engine.Workloads;

namespace Guardrail.Kubernetes.Configuration;

/// <summary>
/// What the configuration of a revision was when it became known good, as the annotation <c>guardrail.dev/known-good-config</c> of the revision holds
/// it: <c>hash@ ConfigMap/a=digest,kept ConfigMap/b=missing Secret/c=kept</c>. It counts only on the revision of that hash, for controllers copy annotations.
/// </summary>
internal static class ConfigurationIndex
{
    /// <summary>The entries; null when there is no index of this revision. What cannot be read is left out.</summary>
    public static ImmutableArray<ConfigurationEntry>? Read(string? annotation, RevisionId revision)
    {
        if (annotation is null || !annotation.StartsWith(revision.Hash + "@", StringComparison.Ordinal))
        {
            return null;
        }

        var entries = ImmutableArray.CreateBuilder<ConfigurationEntry>();
        foreach (var word in annotation.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(ConfigurationReferences.Limit))
        {
            if (word.Split('=') is [var name, var value] && name.Split('/') is [var kind, { Length: > 0 } of]
                && Enum.TryParse<ConfigurationKind>(kind, out var known))
            {
                entries.Add(Entry(new(known, of), value.Split(',')));
            }
        }

        return entries.DrainToImmutable();
    }

    public static string Write(RevisionId revision, IEnumerable<ConfigurationEntry> entries)
    {
        var text = new StringBuilder(revision.Hash).Append('@');
        foreach (var (reference, digest, copy) in entries)
        {
            string?[] marks = [digest, copy switch { KeptCopy.Kept => "kept", KeptCopy.Refused => "unkept", KeptCopy.Missing => "missing", _ => null }];
            text.Append(' ').Append(reference.Kind).Append('/').Append(reference.Name).Append('=').AppendJoin(',', marks.Where(mark => mark is not null));
        }

        return text.ToString();
    }

    private static ConfigurationEntry Entry(ConfigurationReference reference, string[] marks) => new(
        reference,
        marks.FirstOrDefault(mark => mark.Length == 32),
        marks.Contains("missing") ? KeptCopy.Missing : marks.Contains("kept") ? KeptCopy.Kept : marks.Contains("unkept") ? KeptCopy.Refused : KeptCopy.None);
}

/// <summary>What one ConfigMap or Secret was when the revision became known good.</summary>
/// <param name="Reference">Which.</param>
/// <param name="Digest">Digest of a ConfigMap's content; null of a Secret, whose digest could be guessed from, and of what was not there.</param>
/// <param name="Copy">Whether there is a copy of the content.</param>
internal sealed record ConfigurationEntry(ConfigurationReference Reference, string? Digest, KeptCopy Copy);

/// <summary>Whether there is a copy of a ConfigMap's or Secret's content.</summary>
internal enum KeptCopy
{
    /// <summary>None was asked for.</summary>
    None,

    /// <summary>There is one.</summary>
    Kept,

    /// <summary>One was asked for, and was too large or was refused.</summary>
    Refused,

    /// <summary>There was nothing of that name.</summary>
    Missing,
}
