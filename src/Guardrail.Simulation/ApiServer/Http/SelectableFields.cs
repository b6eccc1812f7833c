namespace Guardrail.Simulation.ApiServer;

/// <summary>The fields that a field selector may name.</summary>
internal static class SelectableFields
{
    private static readonly string[] Always = ["metadata.name", "metadata.namespace"];

    private static readonly Dictionary<ResourceType, string[]> More = new()
    {
        [ResourceTypes.Pods] =
        [
            "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork", "status.phase",
            "status.podIP", "status.nominatedNodeName",
        ],
        [ResourceTypes.Events] =
        [
            "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion",
            "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type",
        ],
        [ResourceTypes.Namespaces] = ["status.phase"],
        [ResourceTypes.Nodes] = ["spec.unschedulable"],
        [ResourceTypes.Secrets] = ["type"],
        [ResourceTypes.ReplicaSets] = ["status.replicas"],
    };

    public static void Check(FieldSelector selector, ResourceView view)
    {
        var allowed = More.GetValueOrDefault(view.Type) ?? (view.Rules as CustomResourceRules)?.Selectable ?? [];
        foreach (var field in selector.Fields)
        {
            if (!Always.Contains(field) && !allowed.Contains(field))
            {
                throw ApiErrors.BadRequest(
                    More.ContainsKey(view.Type) || view.IsCustom
                        ? $"field label not supported: {field}"
                        : $"\"{field}\" is not a known field selector: only "
                          + string.Join(", ", Always.Concat(allowed).Select(f => $"\"{f}\"")));
            }
        }
    }
}
