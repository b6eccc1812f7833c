using System.Text.Json.Nodes;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Controllers.Loop;

namespace Guardrail.Simulation.Controllers.ReplicaSets;

/// <summary>Keeps as many pods as each ReplicaSet asks for, and counts them.</summary>
internal sealed class ReplicaSetController(EventRecorder events) : IController
{
    private const string Component = "replicaset-controller";

    public void Observe(StoreEvent change, ControllerLoop loop)
    {
        if (change.Type == ResourceTypes.ReplicaSets && change.Change != StoreChange.Deleted)
        {
            loop.Enqueue(this, Kube.Key(change.Item));
        }
        else if (change.Type == ResourceTypes.Pods && Kube.Controller(change.Item) is { } owner && (string?)owner["kind"] == "ReplicaSet")
        {
            loop.Enqueue(this, new ObjectKey(change.Namespace, Kube.Text(owner["name"])));
        }
    }

    public void Sync(ObjectKey key, ControllerLoop loop)
    {
        if (loop.Index.Find(ResourceTypes.ReplicaSets, key) is not { } set)
        {
            return;
        }

        var pods = loop.Index.OwnedBy(ResourceTypes.Pods, Kube.Uid(set));
        var active = pods.Where(PodRanking.IsActive).ToArray();
        if (!Kube.IsDeleting(set))
        {
            Manage(set, active, key, loop);
        }

        WriteStatus(set, active, pods.Count(p => Kube.IsDeleting(p) && !PodRanking.IsFinished(p)), key, loop);
    }

    private void Manage(JsonObject set, JsonObject[] active, ObjectKey key, ControllerLoop loop)
    {
        var missing = ((int?)set["spec"]!["replicas"] ?? 1) - active.Length;
        for (var i = 0; i < missing; i++)
        {
            var pod = loop.Store.Create(ResourceTypes.Pods, key.Namespace, NewPod(set));
            events.Normal(set, Component, "SuccessfulCreate", "Created pod: " + Kube.Name(pod));
        }

        if (missing < 0)
        {
            foreach (var pod in PodRanking.FirstToGo(active).Take(-missing))
            {
                loop.Store.Delete(ResourceTypes.Pods, key.Namespace, Kube.Name(pod), new DeleteOptions { Uid = Kube.Uid(pod) });
                events.Normal(set, Component, "SuccessfulDelete", "Deleted pod: " + Kube.Name(pod));
            }
        }
    }

    private static JsonObject NewPod(JsonObject set)
    {
        var template = set["spec"]!["template"]!;
        var metadata = new JsonObject
        {
            ["generateName"] = Kube.Name(set) + "-",
            ["namespace"] = Kube.Key(set).Namespace,
            ["ownerReferences"] = Kube.OwnedBy("apps/v1", "ReplicaSet", set),
        };
        foreach (var copied in new[] { "labels", "annotations", "finalizers" })
        {
            if (template["metadata"]?[copied] is { } value)
            {
                metadata[copied] = value.DeepClone();
            }
        }

        return new JsonObject { ["metadata"] = metadata, ["spec"] = template["spec"]!.DeepClone() };
    }

    /// <summary>Counts the pods as they were before this look created or deleted some: the next look counts those.</summary>
    private void WriteStatus(JsonObject set, JsonObject[] active, int terminating, ObjectKey key, ControllerLoop loop)
    {
        var minReady = TimeSpan.FromSeconds(Kube.Count(set["spec"]!["minReadySeconds"]));
        var labels = LabelSelector.FromObject(new JsonObject
        {
            ["matchLabels"] = (set["spec"]!["template"]!["metadata"]?["labels"] ?? new JsonObject()).DeepClone(),
        });
        var ready = 0;
        var available = 0;
        TimeSpan? again = null;
        foreach (var pod in active.Where(PodRanking.IsReady))
        {
            ready++;
            var left = minReady == TimeSpan.Zero ? TimeSpan.Zero : PodRanking.ReadySince(pod) + minReady - loop.Now;
            available += left <= TimeSpan.Zero ? 1 : 0;
            again = left > TimeSpan.Zero && (again is null || left < again) ? left : again;
        }

        var status = new JsonObject { ["replicas"] = active.Length };
        Kube.SetCount(status, "fullyLabeledReplicas", active.Count(p => labels.Matches(p["metadata"]?["labels"] as JsonObject)));
        Kube.SetCount(status, "readyReplicas", ready);
        Kube.SetCount(status, "availableReplicas", available);
        status["terminatingReplicas"] = terminating;
        status["observedGeneration"] = (long)set["metadata"]!["generation"]!;
        if (!JsonNode.DeepEquals(status, set["status"]))
        {
            loop.Store.Modify(ResourceTypes.ReplicaSets, key.Namespace, key.Name, item =>
            {
                item["status"] = status;
                return true;
            }, "status");
        }

        if (again is { } wait)
        {
            loop.EnqueueAfter(this, key, wait);
        }
    }
}
