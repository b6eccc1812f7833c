namespace Guardrail.Simulation.ApiServer;

/// <summary>The built-in kinds.</summary>
public static class ResourceTypes
{
    private static readonly string[] All = ["all"];

    /// <summary>Core Namespaces.</summary>
    public static ResourceType Namespaces { get; } =
        new("", "v1", "namespaces", "Namespace", false, "namespace")
        {
            ShortNames = ["ns"],
            HasStatus = true,
            Verbs = ["create", "delete", "get", "list", "patch", "update", "watch"],
        };

    /// <summary>Core Nodes.</summary>
    public static ResourceType Nodes { get; } =
        new("", "v1", "nodes", "Node", false, "node") { ShortNames = ["no"], HasStatus = true };

    /// <summary>Core Pods.</summary>
    public static ResourceType Pods { get; } =
        new("", "v1", "pods", "Pod", true, "pod")
        {
            ShortNames = ["po"],
            Categories = All,
            HasStatus = true,
            HasGeneration = true,
        };

    /// <summary>Core Services.</summary>
    public static ResourceType Services { get; } =
        new("", "v1", "services", "Service", true, "service") { ShortNames = ["svc"], Categories = All, HasStatus = true };

    /// <summary>Core Endpoints.</summary>
    public static ResourceType Endpoints { get; } =
        new("", "v1", "endpoints", "Endpoints", true, "endpoints") { ShortNames = ["ep"] };

    /// <summary>Core ConfigMaps.</summary>
    public static ResourceType ConfigMaps { get; } =
        new("", "v1", "configmaps", "ConfigMap", true, "configmap") { ShortNames = ["cm"] };

    /// <summary>Core Secrets.</summary>
    public static ResourceType Secrets { get; } = new("", "v1", "secrets", "Secret", true, "secret");

    /// <summary>Core ServiceAccounts.</summary>
    public static ResourceType ServiceAccounts { get; } =
        new("", "v1", "serviceaccounts", "ServiceAccount", true, "serviceaccount") { ShortNames = ["sa"] };

    /// <summary>Core Events; <c>events.k8s.io/v1</c> is a view of the same objects.</summary>
    public static ResourceType Events { get; } =
        new("", "v1", "events", "Event", true, "event") { ShortNames = ["ev"] };

    /// <summary>apps/v1 Deployments.</summary>
    public static ResourceType Deployments { get; } =
        Apps("deployments", "Deployment") with { ShortNames = ["deploy"], HasScale = true };

    /// <summary>apps/v1 ReplicaSets.</summary>
    public static ResourceType ReplicaSets { get; } = Apps("replicasets", "ReplicaSet") with { ShortNames = ["rs"], HasScale = true };

    /// <summary>apps/v1 StatefulSets.</summary>
    public static ResourceType StatefulSets { get; } =
        Apps("statefulsets", "StatefulSet") with { ShortNames = ["sts"], HasScale = true };

    /// <summary>apps/v1 DaemonSets.</summary>
    public static ResourceType DaemonSets { get; } = Apps("daemonsets", "DaemonSet") with { ShortNames = ["ds"] };

    /// <summary>apps/v1 ControllerRevisions.</summary>
    public static ResourceType ControllerRevisions { get; } =
        new("apps", "v1", "controllerrevisions", "ControllerRevision", true, "controllerrevision");

    /// <summary>coordination.k8s.io/v1 Leases.</summary>
    public static ResourceType Leases { get; } =
        new("coordination.k8s.io", "v1", "leases", "Lease", true, "lease") { AllowsUnconditionalUpdate = false };

    /// <summary>apiextensions.k8s.io/v1 CustomResourceDefinitions.</summary>
    public static ResourceType CustomResourceDefinitions { get; } =
        new("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", false, "customresourcedefinition")
        {
            ShortNames = ["crd", "crds"],
            Categories = ["api-extensions"],
            HasStatus = true,
            HasGeneration = true,
            AllowsUnconditionalUpdate = false,
        };

    /// <summary>batch/v1 Jobs; stored, not run.</summary>
    public static ResourceType Jobs { get; } =
        new("batch", "v1", "jobs", "Job", true, "job") { Categories = All, HasStatus = true, HasGeneration = true };

    /// <summary>networking.k8s.io/v1 NetworkPolicies; stored, not enforced.</summary>
    public static ResourceType NetworkPolicies { get; } =
        new("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", true, "networkpolicy") { ShortNames = ["netpol"], HasGeneration = true };

    /// <summary>policy/v1 PodDisruptionBudgets.</summary>
    public static ResourceType PodDisruptionBudgets { get; } =
        new("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", true, "poddisruptionbudget")
        {
            ShortNames = ["pdb"],
            HasStatus = true,
            HasGeneration = true,
            AllowsUnconditionalUpdate = false,
        };

    /// <summary>autoscaling/v2 HorizontalPodAutoscalers.</summary>
    public static ResourceType HorizontalPodAutoscalers { get; } =
        new("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", true, "horizontalpodautoscaler")
        {
            ShortNames = ["hpa"],
            Categories = All,
            HasStatus = true,
        };

    /// <summary>rbac.authorization.k8s.io/v1 Roles.</summary>
    public static ResourceType Roles { get; } = Rbac("roles", "Role", true);

    /// <summary>rbac.authorization.k8s.io/v1 RoleBindings.</summary>
    public static ResourceType RoleBindings { get; } = Rbac("rolebindings", "RoleBinding", true);

    /// <summary>rbac.authorization.k8s.io/v1 ClusterRoles.</summary>
    public static ResourceType ClusterRoles { get; } = Rbac("clusterroles", "ClusterRole", false);

    /// <summary>rbac.authorization.k8s.io/v1 ClusterRoleBindings.</summary>
    public static ResourceType ClusterRoleBindings { get; } = Rbac("clusterrolebindings", "ClusterRoleBinding", false);

    /// <summary>admissionregistration.k8s.io/v1 ValidatingWebhookConfigurations.</summary>
    public static ResourceType ValidatingWebhookConfigurations { get; } =
        new(
            "admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations", "ValidatingWebhookConfiguration", false,
            "validatingwebhookconfiguration")
        {
            Categories = ["api-extensions"],
            HasGeneration = true,
        };

    /// <summary>All built-in kinds, in the order in which they are served.</summary>
    public static IReadOnlyList<ResourceType> BuiltIn { get; } =
    [
        ConfigMaps, Endpoints, Events, Namespaces, Nodes, Pods, Secrets, ServiceAccounts, Services,
        ControllerRevisions, DaemonSets, Deployments, ReplicaSets, StatefulSets,
        HorizontalPodAutoscalers, Jobs, NetworkPolicies, PodDisruptionBudgets,
        ClusterRoleBindings, ClusterRoles, RoleBindings, Roles,
        ValidatingWebhookConfigurations, CustomResourceDefinitions, Leases,
    ];

    private static ResourceType Apps(string plural, string kind) =>
        new("apps", "v1", plural, kind, true, kind.ToLowerInvariant()) { Categories = All, HasStatus = true, HasGeneration = true };

    private static ResourceType Rbac(string plural, string kind, bool namespaced) =>
        new("rbac.authorization.k8s.io", "v1", plural, kind, namespaced, kind.ToLowerInvariant());
}
