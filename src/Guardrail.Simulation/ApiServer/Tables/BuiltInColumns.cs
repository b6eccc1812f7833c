using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>The columns of the built-in kinds.</summary>
internal static class BuiltInColumns
{
    public static Column Name { get; } = new("Name", "string", 0, (o, _) => (string?)o["metadata"]?["name"])
    {
        Description = "Name must be unique within a namespace.",
    };

    public static Column Age { get; } =
        new("Age", "string", 0, (o, now) => HumanDuration.Since(o["metadata"]?["creationTimestamp"], now));

    private static readonly Column[] Images =
    [
        new("Containers", "string", 1, (o, _) => Joined(Containers(o), "name")),
        new("Images", "string", 1, (o, _) => Joined(Containers(o), "image")),
    ];

    private static readonly Column Selector =
        new("Selector", "string", 1, (o, _) => LabelSelector.FromObject(o["spec"]?["selector"] as JsonObject).ToString());

    private static readonly Dictionary<ResourceType, Column[]> ByType = new()
    {
        [ResourceTypes.ConfigMaps] =
        [
            Name, new("Data", "string", 0, (o, _) => Count(o["data"]) + Count(o["binaryData"])), Age,
        ],
        [ResourceTypes.Secrets] =
        [
            Name, new("Type", "string", 0, (o, _) => (string?)o["type"]), new("Data", "string", 0, (o, _) => Count(o["data"])), Age,
        ],
        [ResourceTypes.ServiceAccounts] = [Name, new("Secrets", "string", 0, (o, _) => Count(o["secrets"])), Age],
        [ResourceTypes.Namespaces] = [Name, new("Status", "string", 0, (o, _) => (string?)o["status"]?["phase"]), Age],
        [ResourceTypes.Leases] = [Name, new("Holder", "string", 0, (o, _) => (string?)o["spec"]?["holderIdentity"] ?? ""), Age],
        [ResourceTypes.Services] =
        [
            Name, new("Type", "string", 0, (o, _) => (string?)o["spec"]?["type"]),
            new("Cluster-IP", "string", 0, (o, _) => (string?)o["spec"]?["clusterIP"]), new("External-IP", "string", 0, (_, _) => "<none>"),
            new("Port(s)", "string", 0, (o, _) => Ports(o)), Age,
        ],
        [ResourceTypes.Deployments] =
        [
            Name, new("Ready", "string", 0, (o, _) => $"{Status(o, "readyReplicas")}/{Spec(o, "replicas")}"),
            new("Up-to-date", "string", 0, (o, _) => Status(o, "updatedReplicas")),
            new("Available", "string", 0, (o, _) => Status(o, "availableReplicas")), Age, .. Images, Selector,
        ],
        [ResourceTypes.ReplicaSets] =
        [
            Name, new("Desired", "integer", 0, (o, _) => Spec(o, "replicas")),
            new("Current", "integer", 0, (o, _) => Status(o, "replicas")), new("Ready", "integer", 0, (o, _) => Status(o, "readyReplicas")),
            Age, .. Images, Selector,
        ],
        [ResourceTypes.StatefulSets] =
        [
            Name, new("Ready", "string", 0, (o, _) => $"{Status(o, "readyReplicas")}/{Spec(o, "replicas")}"), Age, .. Images,
        ],
        [ResourceTypes.DaemonSets] =
        [
            Name, new("Desired", "integer", 0, (o, _) => Status(o, "desiredNumberScheduled")),
            new("Current", "integer", 0, (o, _) => Status(o, "currentNumberScheduled")),
            new("Ready", "integer", 0, (o, _) => Status(o, "numberReady")),
            new("Up-to-date", "integer", 0, (o, _) => Status(o, "updatedNumberScheduled")),
            new("Available", "integer", 0, (o, _) => Status(o, "numberAvailable")),
            new("Node Selector", "string", 0, (_, _) => "<none>"), Age, .. Images, Selector,
        ],
        [ResourceTypes.ControllerRevisions] =
        [
            Name, new("Controller", "string", 0, (o, _) => Owner(o)), new("Revision", "string", 0, (o, _) => o["revision"]?.DeepClone()), Age,
        ],
        [ResourceTypes.Pods] =
        [
            Name, new("Ready", "string", 0, (o, _) => PodCells.Ready(o)), new("Status", "string", 0, (o, _) => PodCells.Status(o)),
            new("Restarts", "string", 0, (o, now) => PodCells.Restarts(o, now)), Age,
            new("IP", "string", 1, (o, _) => (string?)o["status"]?["podIP"] ?? "<none>"),
            new("Node", "string", 1, (o, _) => (string?)o["spec"]?["nodeName"] ?? "<none>"),
            new("Nominated Node", "string", 1, (_, _) => "<none>"), new("Readiness Gates", "string", 1, (_, _) => "<none>"),
        ],
        [ResourceTypes.Nodes] =
        [
            Name, new("Status", "string", 0, (o, _) => NodeStatus(o)), new("Roles", "string", 0, (_, _) => "<none>"), Age,
            new("Version", "string", 0, (o, _) => (string?)o["status"]?["nodeInfo"]?["kubeletVersion"] ?? ""),
        ],
        [ResourceTypes.Events] =
        [
            new("Last Seen", "string", 0, (o, now) => HumanDuration.Since(
                o["series"]?["lastObservedTime"] ?? o["lastTimestamp"] ?? o["eventTime"], now)),
            new("Type", "string", 0, (o, _) => (string?)o["type"]), new("Reason", "string", 0, (o, _) => (string?)o["reason"]),
            new("Object", "string", 0, (o, _) =>
                $"{((string?)o["involvedObject"]?["kind"] ?? "").ToLowerInvariant()}/{(string?)o["involvedObject"]?["name"]}"),
            new("Subobject", "string", 1, (o, _) => (string?)o["involvedObject"]?["fieldPath"] ?? ""),
            new("Source", "string", 1, (o, _) => Source(o)), new("Message", "string", 0, (o, _) => ((string?)o["message"] ?? "").Trim()),
            new("First Seen", "string", 1, (o, now) => HumanDuration.Since(o["firstTimestamp"] ?? o["eventTime"], now)),
            new("Count", "string", 1, (o, _) => o["series"]?["count"]?.DeepClone() ?? o["count"]?.DeepClone() ?? 1),
            Name with { Priority = 1 },
        ],
        [ResourceTypes.CustomResourceDefinitions] =
        [
            Name, new("Created At", "date", 0, (o, _) => (string?)o["metadata"]?["creationTimestamp"]),
        ],
    };

    private static readonly Column[] Plain =
    [
        Name, new("Created At", "date", 0, (o, _) => (string?)o["metadata"]?["creationTimestamp"]),
    ];

    public static IReadOnlyList<Column> Of(ResourceType type) => ByType.GetValueOrDefault(type) ?? Plain;

    private static int Count(JsonNode? node) => node switch { JsonObject map => map.Count, JsonArray list => list.Count, _ => 0 };

    private static long Status(JsonObject o, string field) => (long?)o["status"]?[field] ?? 0;

    private static long Spec(JsonObject o, string field) => (long?)o["spec"]?[field] ?? 0;

    private static JsonArray? Containers(JsonObject o) => o["spec"]?["template"]?["spec"]?["containers"] as JsonArray;

    private static string Joined(JsonArray? list, string field) => string.Join(',', list?.Select(c => (string?)c?[field]) ?? []);

    private static string Owner(JsonObject o) =>
        (o["metadata"]?["ownerReferences"] as JsonArray)?.FirstOrDefault(r => (bool?)r?["controller"] == true) is { } owner
            ? $"{((string?)owner["kind"])?.ToLowerInvariant()}.apps/{(string?)owner["name"]}"
            : "<none>";

    private static string Ports(JsonObject o) => string.Join(
        ',', (o["spec"]?["ports"] as JsonArray)?.Select(p => $"{p?["port"]}/{(string?)p?["protocol"]}") ?? []);

    private static string Source(JsonObject o)
    {
        var component = (string?)o["source"]?["component"] ?? (string?)o["reportingComponent"] ?? "";
        var where = (string?)o["source"]?["host"] ?? (string?)o["reportingInstance"] ?? "";
        return where.Length == 0 ? component : $"{component}, {where}";
    }

    private static string NodeStatus(JsonObject o)
    {
        var ready = (o["status"]?["conditions"] as JsonArray)?.FirstOrDefault(c => (string?)c?["type"] == "Ready");
        var text = ready is null ? "Unknown" : (string?)ready["status"] == "True" ? "Ready" : "NotReady";
        return (bool?)o["spec"]?["unschedulable"] == true ? text + ",SchedulingDisabled" : text;
    }
}
