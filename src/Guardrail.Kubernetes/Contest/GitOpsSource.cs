using System.Text.Json;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Policies;

namespace Guardrail.Kubernetes.Contest;

/// <summary>A kind of object that writes manifests into the cluster, and can be told to stop.</summary>
/// <param name="Group">API group.</param>
/// <param name="Version">Version that is asked for.</param>
/// <param name="Kind">Kind.</param>
/// <param name="Manager">Beginning of the name of its field managers.</param>
internal sealed record SourceKind(string Group, string Version, string Kind, string Manager)
{
    public static SourceKind Kustomization { get; } = new("kustomize.toolkit.fluxcd.io", "v1", "Kustomization", "kustomize-controller");

    public static SourceKind HelmRelease { get; } = new("helm.toolkit.fluxcd.io", "v2", "HelmRelease", "helm-controller");

    public static SourceKind Application { get; } = new("argoproj.io", "v1alpha1", "Application", "argocd");

    public static IReadOnlyList<SourceKind> All { get; } = [HelmRelease, Kustomization, Application];

    public string Plural => Kind.ToLowerInvariant() + "s";

    /// <summary>The right to look at it and to suspend it.</summary>
    public AccessRule Right => new(Group, Plural, "get", "patch");
}

/// <summary>The GitOps object that a workload comes from, as the workload's own labels and annotations tell.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
internal sealed record GitOpsSource(SourceKind Kind, string Namespace, string Name)
{
    private const string TrackingId = "argocd.argoproj.io/tracking-id";

    public string Path => $"apis/{Kind.Group}/{Kind.Version}/namespaces/{Namespace}/{Kind.Plural}/{Name}";

    /// <summary>Every object that the workload names, the most telling first.</summary>
    /// <param name="metadata">The workload's metadata.</param>
    /// <param name="argoCdNamespace">Namespace of Argo CD's Applications where the workload does not tell it.</param>
    public static IReadOnlyList<GitOpsSource> NamedBy(JsonElement metadata, string argoCdNamespace)
    {
        var (labels, annotations) = (metadata.Field("labels"), metadata.Field("annotations"));
        var found = new List<GitOpsSource?>
        {
            Flux(SourceKind.HelmRelease, labels),
            Flux(SourceKind.Kustomization, labels),
        };
        if (annotations.Text(TrackingId) is { } tracking)
        {
            found.Add(Argo(tracking.Split(':')[0], argoCdNamespace));
        }

        foreach (var label in (string[])["argocd.argoproj.io/instance", "app.kubernetes.io/instance"])
        {
            found.Add(labels.Text(label) is { } name ? Argo(name, argoCdNamespace) : null);
        }

        return [.. found.OfType<GitOpsSource>().Distinct()];
    }

    public override string ToString() => $"{Kind.Kind} {Namespace}/{Name}";

    private static GitOpsSource? Flux(SourceKind kind, JsonElement labels) =>
        Make(kind, labels.Text($"{kind.Group}/namespace"), labels.Text($"{kind.Group}/name"));

    /// <summary>An Application outside Argo CD's namespace has that before its name: <c>namespace_name</c>.</summary>
    private static GitOpsSource? Argo(string instance, string argoCdNamespace) => instance.Split('_') switch
    {
        [var name] => Make(SourceKind.Application, argoCdNamespace, name),
        [var ns, var name] => Make(SourceKind.Application, ns, name),
        _ => null,
    };

    /// <summary>What is no name does not get into a path.</summary>
    private static GitOpsSource? Make(SourceKind kind, string? ns, string? name) =>
        ns is { Length: <= 63 } && name is { Length: <= 253 } && NamePatterns.DnsLabel().IsMatch(ns) && NamePatterns.DnsSubdomain().IsMatch(name)
            ? new(kind, ns, name)
            : null;
}
