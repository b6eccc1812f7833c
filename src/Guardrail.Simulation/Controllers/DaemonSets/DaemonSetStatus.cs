using System.Text.Json.Nodes;
using Guardrail.Simulation.Controllers.ReplicaSets;

namespace Guardrail.Simulation.Controllers.DaemonSets;

/// <summary>Computes the status of a DaemonSet from its nodes and pods.</summary>
internal static class DaemonSetStatus
{
    public static JsonObject Calculate(
        JsonObject set, JsonObject[] nodes, Dictionary<string, NodePods> byNode, string hash, TimeSpan minReady, DateTimeOffset now)
    {
        var template = (JsonObject)set["spec"]!["template"]!;
        var (desired, current, misscheduled, ready, available, updated) = (0, 0, 0, 0, 0, 0);
        foreach (var node in nodes)
        {
            var here = byNode.GetValueOrDefault(Kube.Name(node));
            if (!NodeFit.Of(node, template).ShouldRun)
            {
                misscheduled += here is null ? 0 : 1;
                continue;
            }

            desired++;
            if (here is not null)
            {
                var oldest = here.All[0];
                current++;
                ready += PodRanking.IsReady(oldest) ? 1 : 0;
                available += NodePods.IsAvailable(oldest, minReady, now) ? 1 : 0;
                updated += NodePods.IsOf(oldest, hash) ? 1 : 0;
            }
        }

        var status = new JsonObject
        {
            ["currentNumberScheduled"] = current,
            ["numberMisscheduled"] = misscheduled,
            ["desiredNumberScheduled"] = desired,
            ["numberReady"] = ready,
            ["observedGeneration"] = (long)set["metadata"]!["generation"]!,
        };
        Kube.SetCount(status, "updatedNumberScheduled", updated);
        Kube.SetCount(status, "numberAvailable", available);
        Kube.SetCount(status, "numberUnavailable", desired - available);
        return status;
    }
}
