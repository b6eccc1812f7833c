using System.Collections.Immutable;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Acting;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Kubernetes.Configuration;

/// <summary>
/// Looks whether the configuration of a known good revision still is as it was when it became so, before that matters. Each look reads the workload, its
/// revisions and what the revision names.
/// </summary>
public sealed class ConfigurationSurvey
{
    private readonly ApiClient api;
    private readonly ActuatorOptions options;
    private readonly SafeReads reads;
    private readonly LiveReader workloads;

    /// <summary>Makes the survey.</summary>
    /// <param name="api">The connection.</param>
    /// <param name="options">Clock and limits of its requests.</param>
    public ConfigurationSurvey(ApiClient api, ActuatorOptions options)
    {
        (this.api, this.options, reads) = (api, options, new SafeReads(api, options));
        workloads = new LiveReader(reads);
    }

    /// <summary>Looks. Never throws for a fault of the cluster: what it could not see is told as unknown.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="revision">The revision that a rollback would lead to.</param>
    /// <param name="scope">What would go back with it.</param>
    /// <param name="releasedAt">When the revision to leave was released; null while no rollout is watched.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What was seen; null when the revision names no configuration, which will not change.</returns>
    public Task<ConfigurationView?> LookAsync(
        WorkloadId workload, RevisionId revision, ConfigurationScope scope, DateTimeOffset? releasedAt, CancellationToken cancellationToken) =>
        TryAsync(workload, revision, scope, async live => await LookAsync(live, revision, scope, releasedAt, cancellationToken), cancellationToken);

    /// <summary>The same of a revision that serves and is trusted; what was not kept of its configuration yet is kept now.</summary>
    public Task<ConfigurationView?> KeepAsync(WorkloadId workload, RevisionId revision, ConfigurationScope scope, CancellationToken cancellationToken) =>
        TryAsync(
            workload,
            revision,
            scope,
            async live =>
            {
                if (live.CurrentRevision == revision)
                {
                    await new ConfigurationKeeper(Store(workload)).KeepAsync(live, revision, scope, cancellationToken);
                    live = await workloads.ReadAsync(workload, pods: false, cancellationToken);
                }

                return await LookAsync(live, revision, scope, releasedAt: null, cancellationToken);
            },
            cancellationToken);

    private ConfigurationStore Store(WorkloadId workload) => new(api, options, reads, workload.Namespace);

    private async Task<ConfigurationView?> TryAsync(
        WorkloadId workload, RevisionId revision, ConfigurationScope scope, Func<LiveWorkload, Task<ConfigurationView?>> look,
        CancellationToken cancellationToken)
    {
        try
        {
            return await look(await workloads.ReadAsync(workload, pods: false, cancellationToken));
        }
        catch (Exception fault) when (ApiFaults.IsOne(fault) && !cancellationToken.IsCancellationRequested)
        {
            return new(revision, Unknown: ConfigurationFaults.Describe(fault, scope, workload, options.RequestLimit).TrimEnd('.', '\n'));
        }
    }

    private async Task<ConfigurationView?> LookAsync(
        LiveWorkload live, RevisionId revision, ConfigurationScope scope, DateTimeOffset? releasedAt, CancellationToken cancellationToken)
    {
        if (live.Revision(revision) is not { } found)
        {
            return new(revision);
        }

        if (ConfigurationIndex.Read(ConfigurationKeeper.AnnotationOf(found.Source), revision) is not { } entries)
        {
            return ConfigurationKeeper.Wanted(live.TemplateOf(found.Source), scope).IsEmpty
                ? null
                : new(revision, Unknown: "none was kept when it became known good");
        }

        var store = Store(live.Kept.Id);
        var owner = ConfigurationOwner.Of(live.Kept.Id.Kind, found.Source);
        var (restored, left) = (new List<string>(), new List<string>());
        foreach (var entry in entries.Where(entry => entry.Reference.Kind == ConfigurationKind.ConfigMap || entry.Reference.IsIn(scope)))
        {
            var now = await store.ReadAsync(entry.Reference, cancellationToken);
            var copy = entry.Copy == KeptCopy.Kept && (now is null || now.Digest != entry.Digest)
                ? await store.ReadAsync(entry.Reference with { Name = ConfigurationCopy.NameOf(owner.Uid, entry.Reference) }, cancellationToken)
                : null;
            switch (ConfigurationPlan.For(entry, now, copy, scope, releasedAt))
            {
                case ConfigurationPlan.Leave leave:
                    left.Add($"{entry.Reference} ({leave.Reason})");
                    break;
                case ConfigurationPlan.Overwrite or ConfigurationPlan.Recreate:
                    restored.Add(entry.Reference.ToString());
                    break;
            }
        }

        return new(revision, Join(restored), Join(left));
    }

    private static string? Join(List<string> names) => names.Count == 0 ? null : string.Join("; ", names);
}
