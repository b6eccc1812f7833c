namespace Guardrail.Simulation.Controllers.Deployments;

/// <summary>Annotations that the Deployment controller writes and reads.</summary>
internal static class DeploymentAnnotations
{
    public const string Revision = "deployment.kubernetes.io/revision";
    public const string RevisionHistory = "deployment.kubernetes.io/revision-history";
    public const string DesiredReplicas = "deployment.kubernetes.io/desired-replicas";
    public const string MaxReplicas = "deployment.kubernetes.io/max-replicas";

    /// <summary>Whether an annotation of the Deployment is copied to its current ReplicaSet.</summary>
    public static bool IsCopied(string key) => key is not (
        Revision or RevisionHistory or DesiredReplicas or MaxReplicas
        or "kubectl.kubernetes.io/last-applied-configuration" or "deprecated.deployment.rollback.to");
}
