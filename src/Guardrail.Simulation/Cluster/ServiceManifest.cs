using System.Text.Json.Nodes;
using Guardrail.Engine.Workloads;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Controllers;
using Guardrail.Simulation.Controllers.Deployments;
using Guardrail.Simulation.Scenarios;

namespace Guardrail.Simulation.Cluster;

/// <summary>The objects that a service consists of.</summary>
internal static class ServiceManifest
{
    public static ResourceType TypeOf(WorkloadKind kind) => kind switch
    {
        WorkloadKind.StatefulSet => ResourceTypes.StatefulSets,
        WorkloadKind.DaemonSet => ResourceTypes.DaemonSets,
        _ => ResourceTypes.Deployments,
    };

    /// <summary>The workload of a service.</summary>
    public static JsonObject Of(ServiceOptions service)
    {
        var labels = new JsonObject { ["app"] = service.Name };
        var spec = new JsonObject
        {
            ["selector"] = new JsonObject { ["matchLabels"] = labels.DeepClone() },
            ["template"] = new JsonObject
            {
                ["metadata"] = new JsonObject { ["labels"] = labels.DeepClone() },
                ["spec"] = new JsonObject
                {
                    ["containers"] = new JsonArray(new JsonObject
                    {
                        ["name"] = service.Name,
                        ["image"] = service.FirstImage,
                        ["ports"] = new JsonArray(new JsonObject { ["containerPort"] = 8080 }),
                    }),
                },
            },
        };
        if (service.Strategy is { } strategy)
        {
            spec["strategy"] = Strategy(strategy);
        }

        if (service.Kind != WorkloadKind.DaemonSet)
        {
            spec["replicas"] = service.Replicas;
        }

        if (service.Kind == WorkloadKind.StatefulSet)
        {
            spec["serviceName"] = service.Name;
        }

        var own = service.Labels is { } given ? new JsonObject(given.Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value))) : labels.DeepClone();
        return new JsonObject { ["metadata"] = new JsonObject { ["name"] = service.Name, ["labels"] = own }, ["spec"] = spec };
    }

    private static JsonObject Strategy(UpdateStrategy strategy)
    {
        if (strategy.Recreate)
        {
            return new JsonObject { ["type"] = "Recreate" };
        }

        var rolling = new JsonObject();
        if (strategy.MaxSurge is { } surge)
        {
            rolling["maxSurge"] = surge;
        }

        if (strategy.MaxUnavailable is { } unavailable)
        {
            rolling["maxUnavailable"] = unavailable;
        }

        return new JsonObject { ["type"] = "RollingUpdate", ["rollingUpdate"] = rolling };
    }

    /// <summary>A node on which pods may run.</summary>
    public static JsonObject Node(string name) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["name"] = name,
            ["labels"] = new JsonObject { ["kubernetes.io/hostname"] = name, ["kubernetes.io/os"] = "linux" },
        },
        ["spec"] = new JsonObject(),
    };

    /// <summary>Whether the status of a workload of any kind tells of a finished rollout.</summary>
    public static bool IsRolledOut(JsonObject workload) => (string?)workload["kind"] switch
    {
        "StatefulSet" => IsSeen(workload) && Is(workload, "updatedReplicas", "readyReplicas", workload["spec"]?["replicas"])
            && (string?)workload["status"]?["currentRevision"] == (string?)workload["status"]?["updateRevision"],
        "DaemonSet" => IsSeen(workload) && Is(workload, "updatedNumberScheduled", "numberAvailable", workload["status"]?["desiredNumberScheduled"]),
        _ => new DeploymentView(workload) is { Status: JsonObject status } view && view.IsComplete(status),
    };

    private static bool IsSeen(JsonObject workload) =>
        ((long?)workload["status"]?["observedGeneration"] ?? 0) >= (long)workload["metadata"]!["generation"]!;

    private static bool Is(JsonObject workload, string updated, string ready, JsonNode? wanted) =>
        Kube.Count(workload["status"]?[updated]) == Kube.Count(wanted) && Kube.Count(workload["status"]?[ready]) == Kube.Count(wanted);
}
