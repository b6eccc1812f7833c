namespace Guardrail.Simulation.ApiServer;

/// <summary>The rules of the built-in kinds.</summary>
internal static class BuiltInRules
{
    public static ResourceRules For(ResourceType type) => type.Kind switch
    {
        "Deployment" => new DeploymentRules(),
        "ReplicaSet" => new ReplicaSetRules(),
        "StatefulSet" => new StatefulSetRules(),
        "DaemonSet" => new DaemonSetRules(),
        "ControllerRevision" => new ControllerRevisionRules(),
        "Pod" => new PodRules(),
        "Namespace" => new NamespaceRules(),
        "Lease" => new LeaseRules(),
        "Event" => new EventRules(),
        "ConfigMap" or "Secret" => new ConfigRules(type.Kind),
        "Service" => new ServiceRules(),
        "CustomResourceDefinition" => new DefinitionRules(),
        "ValidatingWebhookConfiguration" => new WebhookConfigurationRules(),
        "PodDisruptionBudget" => new DisruptionBudgetRules(),
        _ => new PlainRules(type.Kind),
    };
}
