using System.Collections.Immutable;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Acting;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Workloads;

namespace Guardrail.Kubernetes.Configuration;

/// <summary>
/// Keeps what the configuration of a revision holds: copies first, then the index on the revision that names them. Whatever is there already stands, so
/// that it can be asked for again at any time.
/// </summary>
internal sealed class ConfigurationKeeper(ConfigurationStore store)
{
    /// <summary>Most bytes of copies made of one revision's configuration at a time: 1 MiB.</summary>
    public const int RevisionLimit = 1024 * 1024;

    /// <summary>Its content is renewed by the cluster itself.</summary>
    private const string TokenType = "kubernetes.io/service-account-token";

    private readonly List<string> refused = [];
    private int bytes;

    /// <summary>Keeps it.</summary>
    /// <param name="live">The workload.</param>
    /// <param name="revision">The revision, whose configuration is as it should be now.</param>
    /// <param name="scope">Of what copies are made; of every ConfigMap the digest is noted.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ApiException">The server answered with an error.</exception>
    public async Task<Preparation> KeepAsync(LiveWorkload live, RevisionId revision, ConfigurationScope scope, CancellationToken cancellationToken)
    {
        if (live.Revision(revision) is not { } found)
        {
            return Preparation.Nothing;
        }

        var wanted = Wanted(live.TemplateOf(found.Source), scope);
        var annotation = AnnotationOf(found.Source);
        var known = ConfigurationIndex.Read(annotation, revision) ?? [];
        if (IsComplete(known, wanted, scope))
        {
            return Preparation.Nothing;
        }

        var owner = ConfigurationOwner.Of(live.Kept.Id.Kind, found.Source);
        var entries = known.Where(entry => !wanted.Contains(entry.Reference)).ToList();
        foreach (var reference in wanted)
        {
            entries.Add(await EntryAsync(reference, known.FirstOrDefault(entry => entry.Reference == reference), owner, scope, cancellationToken));
        }

        var index = ConfigurationIndex.Write(revision, entries);
        if (index != annotation)
        {
            await store.PatchAsync(
                owner, LiveWorkload.Annotate(LiveSet.ConditionalPatchOf(found.Source), GuardrailAnnotations.KnownGoodConfiguration, index), cancellationToken);
        }

        return refused.Count == 0 ? Preparation.Nothing : new($"not kept of its configuration: {string.Join("; ", refused)}", IsWhole: false);
    }

    /// <summary>Whether everything is noted, and of everything in the scope it is settled whether there is a copy.</summary>
    public static bool IsComplete(
        ImmutableArray<ConfigurationEntry> known, ImmutableArray<ConfigurationReference> wanted, ConfigurationScope scope) =>
        wanted.All(reference => known.Any(entry => entry.Reference == reference && (entry.Copy != KeptCopy.None || !reference.IsIn(scope))));

    /// <summary>What is noted of a template: its ConfigMaps, and its Secrets where these are asked for.</summary>
    public static ImmutableArray<ConfigurationReference> Wanted(System.Text.Json.JsonElement template, ConfigurationScope scope) =>
        [.. ConfigurationReferences.Of(template).Where(reference => reference.Kind == ConfigurationKind.ConfigMap || reference.IsIn(scope))];

    public static string? AnnotationOf(System.Text.Json.JsonElement revision) =>
        revision.Field("metadata").Field("annotations").Text(GuardrailAnnotations.KnownGoodConfiguration);

    private async Task<ConfigurationEntry> EntryAsync(
        ConfigurationReference reference, ConfigurationEntry? known, ConfigurationOwner owner, ConfigurationScope scope, CancellationToken cancellationToken)
    {
        if (known is not null && (known.Copy != KeptCopy.None || !reference.IsIn(scope)))
        {
            return known;
        }

        var live = await store.ReadAsync(reference, cancellationToken);
        if (known is not null && live?.Digest != known.Digest)
        {
            // Changed since it was noted: what it held then can no longer be kept.
            return known;
        }

        if (live is null)
        {
            return new(reference, Digest: null, KeptCopy.Missing);
        }

        var digest = reference.Kind == ConfigurationKind.ConfigMap ? live.Digest : null;
        if (!reference.IsIn(scope))
        {
            return new(reference, digest, KeptCopy.None);
        }

        return await WhyNotKeptAsync(reference, live, owner, cancellationToken) is { } why
            ? Refuse(new(reference, digest, KeptCopy.Refused), why)
            : new(reference, await DigestOfCopyAsync(reference, owner, digest, cancellationToken), KeptCopy.Kept);
    }

    private ConfigurationEntry Refuse(ConfigurationEntry entry, string why)
    {
        refused.Add($"{entry.Reference} ({why})");
        return entry;
    }

    private async Task<string?> WhyNotKeptAsync(
        ConfigurationReference reference, ConfigurationContent live, ConfigurationOwner owner, CancellationToken cancellationToken)
    {
        if (live.Type == TokenType)
        {
            return "a token that the cluster renews";
        }

        if (bytes + live.Bytes > RevisionLimit)
        {
            return $"{live.Bytes / 1024} KiB, and at most {RevisionLimit / 1024} KiB are kept of a revision";
        }

        try
        {
            await store.CreateAsync(reference, ConfigurationCopy.Make(live, reference, owner), cancellationToken);
            bytes += live.Bytes;
            return null;
        }
        catch (ApiException fault) when (fault is { IsTransient: false, IsMissingPermission: false } && fault.Code is not 401)
        {
            return fault.Message.TrimEnd('.');
        }
    }

    /// <summary>Of a copy that was there already (the process before this one died) its own content counts.</summary>
    private async Task<string?> DigestOfCopyAsync(
        ConfigurationReference reference, ConfigurationOwner owner, string? digest, CancellationToken cancellationToken) => digest is null
        ? null
        : (await store.ReadAsync(reference with { Name = ConfigurationCopy.NameOf(owner.Uid, reference) }, cancellationToken))?.Digest ?? digest;
}
