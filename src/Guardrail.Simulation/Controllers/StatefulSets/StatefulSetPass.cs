using System.Globalization;
using System.Text.Json.Nodes;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Controllers.Loop;
using Guardrail.Simulation.Controllers.Revisions;

namespace Guardrail.Simulation.Controllers.StatefulSets;

/// <summary>One look at one StatefulSet: one step towards what it asks for, and its status.</summary>
internal sealed class StatefulSetPass(ControllerLoop loop, EventRecorder events, JsonObject set)
{
    private const string Component = "statefulset-controller";
    private readonly JsonObject spec = (JsonObject)set["spec"]!;
    private readonly ObjectKey key = Kube.Key(set);
    private readonly TimeSpan minReady = TimeSpan.FromSeconds(Kube.Count(set["spec"]!["minReadySeconds"]));

    /// <summary>When the same StatefulSet is to be looked at again; null when only on its next change.</summary>
    public TimeSpan? CheckAgainAfter { get; private set; }

    private bool IsOrdered => (string?)spec["podManagementPolicy"] != "Parallel";

    private bool RollsByItself => (string?)spec["updateStrategy"]?["type"] != "OnDelete";

    private int Start => Kube.Count(spec["ordinals"]?["start"]);

    private int Partition => Kube.Count(spec["updateStrategy"]?["rollingUpdate"]?["partition"]);

    public void Run()
    {
        var history = new ControllerHistory(loop, set, RevisionStyle.StatefulSet);
        var update = history.Current();
        var current = history.Find((string?)set["status"]?["currentRevision"]) ?? update;
        var wanted = (int?)spec["replicas"] ?? 1;
        var pods = loop.Index.OwnedBy(ResourceTypes.Pods, Kube.Uid(set))
            .Select(p => Replica.OrdinalOf(key.Name, Kube.Name(p)) is { } ordinal ? new Replica(ordinal, p) : null).OfType<Replica>().ToArray();
        var replicas = Enumerable.Range(Start, wanted)
            .Select(ordinal => pods.FirstOrDefault(p => p.Ordinal == ordinal) ?? new Replica(ordinal, null)).ToArray();
        var condemned = pods.Where(p => p.Ordinal < Start || p.Ordinal >= Start + wanted).OrderByDescending(p => p.Ordinal).ToArray();
        var replaced = 0;
        if (!Kube.IsDeleting(set) && !Fill(replicas, current, update) && !Shrink(replicas, condemned) && RollsByItself)
        {
            replaced = Update(replicas, Kube.Name(update));
        }

        var status = StatefulSetStatus.Calculate(
            set, [.. replicas, .. condemned], Kube.Name(current), Kube.Name(update), history.Collisions, replaced, minReady, loop.Now);
        Write(RollsByItself ? StatefulSetStatus.Complete(status, wanted) : status);
        ComeBack(replicas);
        var used = pods.Select(p => p.Revision).Append(Kube.Name(current)).Append(Kube.Name(update)).ToHashSet();
        history.Truncate(r => used.Contains(Kube.Name(r)));
    }

    /// <summary>Makes the missing pods. True when the look ends here.</summary>
    private bool Fill(Replica[] replicas, JsonObject current, JsonObject update)
    {
        foreach (var replica in replicas)
        {
            if (replica.IsFinished && !replica.IsTerminating)
            {
                Delete(replica);
            }

            if (replica.Pod is null)
            {
                Create(replica.Ordinal, RollsByItself && replica.Ordinal < Start + Partition ? current : update);
            }

            if (IsOrdered && (replica.IsTerminating || !replica.IsAvailable(minReady, loop.Now)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Deletes pods beyond the wanted number, highest first. True when the look ends here.</summary>
    private bool Shrink(Replica[] replicas, Replica[] condemned)
    {
        var firstUnhealthy = replicas.Concat(condemned.Reverse()).FirstOrDefault(r => !r.IsHealthy(minReady, loop.Now));
        foreach (var replica in condemned)
        {
            if (!replica.IsTerminating && (!IsOrdered || replica.IsReady || replica == firstUnhealthy))
            {
                Delete(replica);
            }

            if (IsOrdered)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Deletes pods of another revision, highest ordinal first, as far as availability and partition allow.</summary>
    /// <returns>Pods deleted.</returns>
    private int Update(Replica[] replicas, string update)
    {
        var budget = MaxUnavailable(replicas.Length) - replicas.Count(r => !r.IsHealthy(minReady, loop.Now));
        var deleted = 0;
        for (var index = replicas.Length - 1; index >= Math.Max(0, Partition) && deleted < budget; index--)
        {
            var replica = replicas[index];
            if (replica.Pod is not null && replica.Revision != update && !replica.IsTerminating)
            {
                Delete(replica);
                deleted++;
            }
        }

        return deleted;
    }

    private int MaxUnavailable(int replicas) => spec["updateStrategy"]?["rollingUpdate"]?["maxUnavailable"] switch
    {
        null => 1,
        JsonValue text when text.TryGetValue<string>(out var share) =>
            Math.Max(1, (int)(double.Parse(share.TrimEnd('%'), CultureInfo.InvariantCulture) * replicas / 100)),
        var number => (int)number,
    };

    private void Create(int ordinal, JsonObject revision)
    {
        var pod = loop.Store.Create(ResourceTypes.Pods, key.Namespace, StatefulPod.New(set, ordinal, revision));
        events.Normal(set, Component, "SuccessfulCreate", $"Create Pod {Kube.Name(pod)} in StatefulSet {key.Name} successful");
    }

    private void Delete(Replica replica)
    {
        var name = Kube.Name(replica.Pod!);
        loop.Store.Delete(ResourceTypes.Pods, key.Namespace, name, new DeleteOptions { Uid = Kube.Uid(replica.Pod!) });
        events.Normal(set, Component, "SuccessfulDelete", $"Delete Pod {name} in StatefulSet {key.Name} successful");
    }

    private void Write(JsonObject status)
    {
        if (!JsonNode.DeepEquals(status, set["status"]))
        {
            loop.Store.Modify(ResourceTypes.StatefulSets, key.Namespace, key.Name, item =>
            {
                item["status"] = status;
                return true;
            }, "status");
        }
    }

    /// <summary>A pod that is ready but not for long enough changes nothing by itself: it is looked at again.</summary>
    private void ComeBack(Replica[] replicas)
    {
        foreach (var replica in replicas.Where(r => r.IsReady && !r.IsAvailable(minReady, loop.Now)))
        {
            var left = ReplicaSets.PodRanking.ReadySince(replica.Pod!) + minReady - loop.Now;
            CheckAgainAfter = CheckAgainAfter is { } sooner && sooner < left ? sooner : left;
        }
    }
}
