using System.Text.Json;
using Guardrail.Kubernetes.Contest;

namespace Guardrail.Kubernetes.Tests.Contest;

/// <summary>Which GitOps object a workload comes from.</summary>
public sealed class SourceChoiceTests
{
    private const string Kustomize = """ "kustomize.toolkit.fluxcd.io/name": "apps", "kustomize.toolkit.fluxcd.io/namespace": "flux-system" """;
    private const string Helm = """ "helm.toolkit.fluxcd.io/name": "shop", "helm.toolkit.fluxcd.io/namespace": "web" """;
    private const string Instance = """ "app.kubernetes.io/instance": "shop" """;

    [TestCase(Kustomize, "", "kustomize-controller", "Kustomization flux-system/apps")]
    [TestCase(Kustomize, "", null, "Kustomization flux-system/apps")]
    [TestCase(Helm, "", "helm-controller", "HelmRelease web/shop")]
    [TestCase(Helm + "," + Kustomize, "", "kustomize-controller", "Kustomization flux-system/apps")]
    [TestCase(Helm + "," + Kustomize, "", "helm-controller", "HelmRelease web/shop")]
    [TestCase("", """ "argocd.argoproj.io/tracking-id": "shop:apps/Deployment:shop/checkout" """, null, "Application gitops/shop")]
    [TestCase("", """ "argocd.argoproj.io/tracking-id": "team-a_shop:apps/Deployment:shop/checkout" """, "argocd-controller", "Application team-a/shop")]
    [TestCase(""" "argocd.argoproj.io/instance": "shop" """, "", "kubectl-client-side-apply", "Application gitops/shop")]
    [TestCase(Instance, "", "argocd-controller", "Application gitops/shop")]
    [TestCase(Instance + "," + Helm, "", "argocd-controller", "Application gitops/shop")]
    public void The_workload_tells_it_and_who_wrote_it_decides_between_two(string labels, string annotations, string? manager, string source) =>
        Assert.That((Choose(labels, annotations, manager) as SourceChoice.Suspend)?.Source.ToString(), Is.EqualTo(source));

    [TestCase(Kustomize, "kubectl-set", "a person's")]
    [TestCase(Kustomize, "kubectl-rollout", "a person's")]
    [TestCase(Instance, null, "no label or annotation", Description = "Helm charts set it, too")]
    [TestCase("", "kustomize-controller", "which Kustomization it comes from, though kustomize-controller wrote it")]
    [TestCase(Helm, "kustomize-controller", "which Kustomization")]
    [TestCase(""" "kustomize.toolkit.fluxcd.io/name": "../../secrets/x", "kustomize.toolkit.fluxcd.io/namespace": "flux-system" """, null, "no label or annotation")]
    [TestCase(""" "argocd.argoproj.io/instance": "a_b_c" """, null, "no label or annotation")]
    public void None_is_suspended_on_a_guess(string labels, string? manager, string why) =>
        Assert.That(Choose(labels, "", manager), Is.InstanceOf<SourceChoice.None>().With.Property("Why").Contains(why));

    private static SourceChoice Choose(string labels, string annotations, string? manager) => SourceChoice.Of(
        JsonSerializer.Deserialize<JsonElement>($$"""{"labels": {{{labels}} }, "annotations": {{{annotations}} } }"""), manager, "gitops");
}
