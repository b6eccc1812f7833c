using System.Globalization;
using System.Text.Json.Nodes;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Controllers.Loop;
using Guardrail.Simulation.Controllers.ReplicaSets;
using Guardrail.Simulation.Controllers.Revisions;

namespace Guardrail.Simulation.Controllers.DaemonSets;

/// <summary>One look at one DaemonSet: pods where they are missing, then as much of a rolling update as is allowed, then its status.</summary>
internal sealed class DaemonSetPass(ControllerLoop loop, EventRecorder events, JsonObject set)
{
    private const string Component = "daemonset-controller";
    private readonly ObjectKey key = Kube.Key(set);
    private readonly JsonObject template = (JsonObject)set["spec"]!["template"]!;
    private readonly TimeSpan minReady = TimeSpan.FromSeconds(Kube.Count(set["spec"]!["minReadySeconds"]));
    private bool acted;

    /// <summary>When the same DaemonSet is to be looked at again; null when only on its next change.</summary>
    public TimeSpan? CheckAgainAfter { get; private set; }

    public void Run()
    {
        if (Kube.IsDeleting(set))
        {
            return;
        }

        var history = new ControllerHistory(loop, set, RevisionStyle.DaemonSet);
        var hash = history.Hash(history.Current());
        var pods = loop.Index.OwnedBy(ResourceTypes.Pods, Kube.Uid(set));
        var nodes = Nodes();
        var byNode = ByNode(nodes, pods, hash);
        Manage(nodes, byNode, hash);
        // The real controller waits until it sees what it has just made or deleted.
        if (!acted && (string?)set["spec"]!["updateStrategy"]?["type"] != "OnDelete")
        {
            Roll(nodes, byNode, hash);
        }

        history.Truncate(r => history.Hash(r) == hash || pods.Any(p => NodePods.IsOf(p, history.Hash(r))));
        WriteStatus(nodes, hash, history.Collisions);
    }

    private JsonObject[] Nodes() => [.. loop.Store.List(ResourceTypes.Nodes).Items];

    private static Dictionary<string, NodePods> ByNode(JsonObject[] nodes, IEnumerable<JsonObject> pods, string hash)
    {
        var groups = pods.ToLookup(NodePods.NodeOf, StringComparer.Ordinal);
        return nodes.Select(Kube.Name).Where(groups.Contains).ToDictionary(n => n, n => new NodePods(n, groups[n], hash), StringComparer.Ordinal);
    }

    private void Manage(JsonObject[] nodes, Dictionary<string, NodePods> byNode, string hash)
    {
        foreach (var node in nodes)
        {
            var (shouldRun, mayStay) = NodeFit.Of(node, template);
            var here = byNode.GetValueOrDefault(Kube.Name(node));
            if (here is null)
            {
                if (shouldRun)
                {
                    Create(Kube.Name(node), hash);
                }

                continue;
            }

            foreach (var pod in here.Alive.Where(p => !mayStay || PodRanking.IsFinished(p)).Concat(mayStay ? Excess(here) : []).ToArray())
            {
                Delete(pod);
            }
        }
    }

    /// <summary>Without surge one pod per node; with it, an old one that serves beside a new one that does not yet.</summary>
    private IEnumerable<JsonObject> Excess(NodePods here)
    {
        var running = here.Alive.Where(p => !PodRanking.IsFinished(p)).ToArray();
        if (running.Length <= 1)
        {
            return [];
        }

        if (Scaled("maxSurge", 0) == 0)
        {
            return running.Skip(1);
        }

        var keepsOld = here.Old is { } old && PodRanking.IsReady(old) && !(here.New is { } next && NodePods.IsAvailable(next, minReady, loop.Now));
        return running.Where(p => p != here.New && !(keepsOld && p == here.Old));
    }

    private void Roll(JsonObject[] nodes, Dictionary<string, NodePods> byNode, string hash)
    {
        var desired = nodes.Count(n => NodeFit.Of(n, template).ShouldRun);
        var surge = Scaled("maxSurge", desired);
        if (surge > 0)
        {
            Surge(byNode, surge, hash);
            return;
        }

        var unavailable = byNode.Values.Count(n => (n.New is null) == (n.Old is null) || (n.New is { } next && !IsAvailable(next)));
        var room = Math.Max(0, Math.Max(1, Scaled("maxUnavailable", desired)) - unavailable);
        var candidates = byNode.OrderBy(n => n.Key, StringComparer.Ordinal).Where(n => n.Value is { New: null, Old: not null })
            .Select(n => n.Value.Old!).ToArray();
        foreach (var pod in candidates.Where(p => !IsAvailable(p)).Concat(candidates.Where(IsAvailable).Take(room)))
        {
            Delete(pod);
        }
    }

    private void Surge(Dictionary<string, NodePods> byNode, int surge, string hash)
    {
        var waiting = byNode.Values.Count(n => n is { New: { } next, Old: not null } && !IsAvailable(next));
        var candidates = byNode.OrderBy(n => n.Key, StringComparer.Ordinal).Select(n => n.Value).ToArray();
        foreach (var done in candidates.Where(n => n is { New: { } next, Old: not null } && IsAvailable(next)))
        {
            Delete(done.Old!);
        }

        var next = candidates.Where(n => n is { New: null, Old: not null }).ToArray();
        foreach (var node in next.Where(n => !IsAvailable(n.Old!)).Concat(next.Where(n => IsAvailable(n.Old!)).Take(Math.Max(0, surge - waiting))))
        {
            Create(node.Node, hash);
        }
    }

    private bool IsAvailable(JsonObject pod) => NodePods.IsAvailable(pod, minReady, loop.Now);

    private int Scaled(string field, int desired) => set["spec"]!["updateStrategy"]?["rollingUpdate"]?[field] switch
    {
        null => 0,
        JsonValue text when text.TryGetValue<string>(out var share) =>
            (int)Math.Ceiling(double.Parse(share.TrimEnd('%'), CultureInfo.InvariantCulture) * desired / 100),
        var number => (int)number,
    };

    private void Create(string node, string hash)
    {
        acted = true;
        var pod = loop.Store.Create(ResourceTypes.Pods, key.Namespace, DaemonPod.New(set, node, hash));
        events.Normal(set, Component, "SuccessfulCreate", "Created pod: " + Kube.Name(pod));
    }

    private void Delete(JsonObject pod)
    {
        acted = true;
        loop.Store.Delete(ResourceTypes.Pods, key.Namespace, Kube.Name(pod), new DeleteOptions { Uid = Kube.Uid(pod) });
        events.Normal(set, Component, "SuccessfulDelete", "Deleted pod: " + Kube.Name(pod));
    }

    /// <summary>Counts the pods as they are after this look.</summary>
    private void WriteStatus(JsonObject[] nodes, string hash, int collisions)
    {
        var uid = Kube.Uid(set);
        var pods = loop.Store.List(ResourceTypes.Pods, key.Namespace).Items.Where(p => Kube.ControllerUid(p) == uid).ToArray();
        var status = DaemonSetStatus.Calculate(set, nodes, ByNode(nodes, pods, hash), hash, minReady, loop.Now);
        if (collisions > 0)
        {
            status["collisionCount"] = collisions;
        }

        if (!JsonNode.DeepEquals(status, set["status"]))
        {
            loop.Store.Modify(ResourceTypes.DaemonSets, key.Namespace, key.Name, item =>
            {
                item["status"] = status;
                return true;
            }, "status");
        }

        foreach (var pod in pods.Where(p => PodRanking.IsReady(p) && !IsAvailable(p)))
        {
            var left = PodRanking.ReadySince(pod) + minReady - loop.Now;
            CheckAgainAfter = CheckAgainAfter is { } sooner && sooner < left ? sooner : left;
        }
    }
}
