using System.Text.Json;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Kubernetes.Contest;

/// <summary>Which GitOps object is to be suspended, or why none is. Closed.</summary>
internal abstract record SourceChoice
{
    private SourceChoice()
    {
    }

    /// <summary>This one.</summary>
    public sealed record Suspend(GitOpsSource Source) : SourceChoice;

    /// <summary>None.</summary>
    /// <param name="Why">Why, in one sentence.</param>
    public sealed record None(string Why) : SourceChoice;

    /// <summary>Chooses.</summary>
    /// <param name="metadata">The workload's metadata.</param>
    /// <param name="manager">Field manager that wrote the revision back; null when the cluster does not tell.</param>
    /// <param name="argoCdNamespace">Namespace of Argo CD's Applications where the workload does not tell it.</param>
    public static SourceChoice Of(JsonElement metadata, string? manager, string argoCdNamespace)
    {
        var named = GitOpsSource.NamedBy(metadata, argoCdNamespace);
        if (IsPerson(manager))
        {
            return new None($"it was written back with {manager}, which is a person's: nothing was suspended.");
        }

        var tool = SourceKind.All.FirstOrDefault(kind => manager?.StartsWith(kind.Manager, StringComparison.Ordinal) == true);
        var fitting = named.FirstOrDefault(source => tool is null || source.Kind == tool);
        if (fitting is not null && (tool is not null || !IsGuess(fitting, metadata)))
        {
            return new Suspend(fitting);
        }

        return new None(tool is null
            ? "no label or annotation of the workload tells which Flux or Argo CD object it comes from."
            : $"no label or annotation of the workload tells which {tool.Kind} it comes from, though {manager} wrote it.");
    }

    /// <summary>Imperative commands. A client-side apply may be Argo CD's, and is not among them.</summary>
    private static bool IsPerson(string? manager) =>
        manager is "kubectl-edit" or "kubectl-set" or "kubectl-patch" or "kubectl-rollout" or "kubectl-replace";

    /// <summary>Helm charts set this label, too; it names an Application only where Argo CD is known to write the workload.</summary>
    private static bool IsGuess(GitOpsSource source, JsonElement metadata) =>
        source.Kind == SourceKind.Application
        && metadata.Field("annotations").Text("argocd.argoproj.io/tracking-id") is null
        && metadata.Field("labels").Text("argocd.argoproj.io/instance") is null;
}
