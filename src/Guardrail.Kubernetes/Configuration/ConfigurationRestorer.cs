using System.Collections.Immutable;
using Guardrail.Engine.Decisions;
using Guardrail.Kubernetes.Acting;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Workloads;

namespace Guardrail.Kubernetes.Configuration;

/// <summary>
/// Restores the configuration that a revision read when it became known good, before the workload goes back to it. What a ConfigMap held until then is
/// kept first, in a copy named by the decision; a ConfigMap that is no longer the one in that copy was changed by somebody else, who wins.
/// </summary>
internal sealed class ConfigurationRestorer(ConfigurationStore store)
{
    private readonly List<string> restored = [];
    private readonly List<string> left = [];
    private bool wereAllTried = true;

    private const int Attempts = 3;

    /// <summary>Restores what differs, one after the other. Faults of the cluster become part of what is told.</summary>
    public async Task<Preparation> RestoreAsync(WorkloadAction.RollBack action, LiveWorkload live, CancellationToken cancellationToken)
    {
        if (live.Revision(action.To) is not { } target || live.Revision(action.Precondition.CurrentRevision!.Value) is not { } bad)
        {
            return Preparation.Nothing;
        }

        var kind = live.Kept.Id.Kind;
        if (EntriesOf(action, live, target.Source) is not { } entries)
        {
            return ConfigurationReferences.Of(live.TemplateOf(target.Source)).IsEmpty
                ? Preparation.Nothing
                : new(
                    "its configuration was not restored: none was kept "
                    + (target.Kept.View.KnownGood ? $"when {action.To} became known good" : $"of {action.To}, which has not passed its bake"),
                    IsWhole: false);
        }

        foreach (var entry in entries)
        {
            if (!await TryAsync(action, entry, ConfigurationOwner.Of(kind, target.Source), ConfigurationOwner.Of(kind, bad.Source), cancellationToken))
            {
                wereAllTried = false;
                break;
            }
        }

        return Told();
    }

    /// <summary>Tells what this decision restored before; writes nothing.</summary>
    /// <exception cref="ApiException">The server answered with an error.</exception>
    public async Task<Preparation> TellAsync(WorkloadAction.RollBack action, LiveWorkload live, CancellationToken cancellationToken)
    {
        var entries = live.Revision(action.To) is { } target ? EntriesOf(action, live, target.Source) ?? [] : [];
        foreach (var entry in entries)
        {
            if (await store.ReadAsync(entry.Reference, cancellationToken) is { } now && now.Annotation(GuardrailAnnotations.RestoredBy) == action.Decision.Value)
            {
                restored.Add(entry.Reference.ToString());
            }
        }

        return Told();
    }

    private static ImmutableArray<ConfigurationEntry>? EntriesOf(
        WorkloadAction.RollBack action, LiveWorkload live, System.Text.Json.JsonElement revision) =>
        ConfigurationIndex.Read(ConfigurationKeeper.AnnotationOf(revision), action.To) is { } entries
            ? [.. entries.Where(entry => entry.Reference.Kind == ConfigurationKind.ConfigMap || entry.Reference.IsIn(action.Configuration))]
            : null;

    /// <summary>Restores one. A write whose answer was lost is made again: what it has done by then is found.</summary>
    /// <returns>False when a right is missing, so that the others need not be tried.</returns>
    private async Task<bool> TryAsync(
        WorkloadAction.RollBack action, ConfigurationEntry entry, ConfigurationOwner target, ConfigurationOwner bad, CancellationToken cancellationToken)
    {
        Exception? last = null;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            try
            {
                await RestoreAsync(action, entry, target, bad, cancellationToken);
                return true;
            }
            catch (ApiException refused) when (refused.IsMissingPermission)
            {
                left.Add($"{entry.Reference} ({AccessRule.Missing(refused, ConfigurationRights.For(action.Configuration), action.Workload.Namespace).TrimEnd()})");
                return false;
            }
            catch (ApiException fault) when (!fault.IsTransient && fault.Code is not 401)
            {
                left.Add(fault.Code is 409 || fault is { Code: 422, NamesObject: false }
                    ? $"{entry.Reference} (was changed by somebody else at the same moment)"
                    : $"{entry.Reference} ({fault.Message.TrimEnd('.')})");
                return true;
            }
            catch (Exception fault) when (ApiFaults.IsOne(fault) && !cancellationToken.IsCancellationRequested)
            {
                last = fault;
            }
        }

        left.Add($"{entry.Reference} ({ApiFaults.Describe(last!, store.RequestLimit).TrimEnd('.')})");
        return true;
    }

    private async Task RestoreAsync(
        WorkloadAction.RollBack action, ConfigurationEntry entry, ConfigurationOwner target, ConfigurationOwner bad, CancellationToken cancellationToken)
    {
        var reference = entry.Reference;
        var now = await store.ReadAsync(reference, cancellationToken);
        var copy = entry.Copy == KeptCopy.Kept && (now is null || now.Digest != entry.Digest)
            ? await store.ReadAsync(reference with { Name = ConfigurationCopy.NameOf(target.Uid, reference) }, cancellationToken)
            : null;
        switch (ConfigurationPlan.For(entry, now, copy, action.Configuration, action.ReleasedAt))
        {
            case ConfigurationPlan.Same when now?.Annotation(GuardrailAnnotations.RestoredBy) == action.Decision.Value:
                restored.Add(reference.ToString());
                break;
            case ConfigurationPlan.Leave leave:
                left.Add($"{reference} ({leave.Reason})");
                break;
            case ConfigurationPlan.Recreate again:
                await RecreateAsync(action, reference, again.Copy, cancellationToken);
                break;
            case ConfigurationPlan.Overwrite over:
                await OverwriteAsync(action, reference, over, bad, cancellationToken);
                break;
        }
    }

    private async Task RecreateAsync(
        WorkloadAction.RollBack action, ConfigurationReference reference, ConfigurationContent copy, CancellationToken cancellationToken)
    {
        if (await store.CreateAsync(reference, ConfigurationCopy.Recreate(copy, reference, action.Decision.Value), cancellationToken))
        {
            restored.Add($"{reference} (it was gone)");
        }
        else
        {
            left.Add($"{reference} (was made anew by somebody else at the same moment)");
        }
    }

    private async Task OverwriteAsync(
        WorkloadAction.RollBack action, ConfigurationReference reference, ConfigurationPlan.Overwrite plan, ConfigurationOwner bad,
        CancellationToken cancellationToken)
    {
        var decision = action.Decision.Value;
        var replaced = reference with { Name = ConfigurationCopy.NameOf(bad.Uid, reference, decision) };
        var isNew = await store.CreateAsync(replaced, ConfigurationCopy.Make(plan.Live, reference, bad, decision), cancellationToken);
        if (!isNew && await store.ReadAsync(replaced, cancellationToken) is { } before && before.Digest != plan.Live.Digest)
        {
            left.Add($"{reference} (was changed by somebody else after the rollback was decided; what it held then is kept in {replaced.Name})");
            return;
        }

        await store.PatchAsync(reference, Patch(plan, decision), cancellationToken);
        restored.Add($"{reference} (what it held is kept in {replaced.Name})");
    }

    private static JsonPatch Patch(ConfigurationPlan.Overwrite plan, string decision)
    {
        var patch = new JsonPatch().Test("/metadata/uid", plan.Live.Uid).Test("/metadata/resourceVersion", plan.Live.ResourceVersion);
        foreach (var part in (string[])["data", "binaryData"])
        {
            if (plan.Copy.Copy(part) is { } content)
            {
                patch.Set("/" + part, content);
            }
            else if (plan.Live.Has(part))
            {
                patch.Remove("/" + part);
            }
        }

        patch = plan.Live.HasAnnotations ? patch : patch.Set("/metadata/annotations", new System.Text.Json.Nodes.JsonObject());
        return LiveWorkload.Annotate(patch, GuardrailAnnotations.RestoredBy, decision);
    }

    private Preparation Told()
    {
        string[] parts =
        [
            .. restored.Count == 0 ? Array.Empty<string>() : [$"restored with it: {string.Join("; ", restored)}"],
            .. left.Count == 0 ? Array.Empty<string>() : [$"not restored: {string.Join("; ", left)}"],
        ];
        return parts.Length == 0
            ? Preparation.Nothing
            : new(string.Join(". Not everything: ", parts), IsWhole: left.Count == 0) { Restored = restored.Count, Left = wereAllTried ? left.Count : 0 };
    }
}
