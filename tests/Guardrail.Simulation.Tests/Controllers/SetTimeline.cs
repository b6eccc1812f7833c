using System.Text.Json.Nodes;

namespace Guardrail.Simulation.Tests.Controllers;

/// <summary>
/// What happened to the objects of one StatefulSet or DaemonSet, one list of lines per object, each line once per change. Names that a
/// cluster makes up are replaced: revisions are numbered in their order, pods of a DaemonSet are called by their node.
/// </summary>
internal sealed class SetTimeline
{
    private static readonly string[] Counts =
    [
        "replicas", "readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas", "desiredNumberScheduled",
        "currentNumberScheduled", "updatedNumberScheduled", "numberReady", "numberAvailable", "numberUnavailable", "numberMisscheduled",
    ];

    private readonly List<string> revisions = [];

    public SortedDictionary<string, List<string>> Lines { get; } = new(StringComparer.Ordinal);

    public static SetTimeline Of(IEnumerable<(string Type, JsonObject Item)> changes)
    {
        var timeline = new SetTimeline();
        foreach (var (type, item) in changes)
        {
            timeline.Take(type, item);
        }

        return timeline;
    }

    private void Take(string type, JsonObject item)
    {
        var name = (string)item["metadata"]!["name"]!;
        switch ((string?)item["kind"])
        {
            case "StatefulSet" or "DaemonSet":
                Tell($"{item["kind"]} {name}", type == "DELETED" ? "gone" : Status(item));
                break;
            case "ControllerRevision":
                if (!revisions.Contains(Hash(name)))
                {
                    revisions.Add(Hash(name));
                }

                Tell("revision " + Revision(name), type == "DELETED" ? "gone" : $"number {item["revision"]}");
                break;
            case "Pod":
                var state = type == "DELETED" ? "gone" : item["metadata"]!["deletionTimestamp"] is null ? "made" : "leaving";
                Tell("pod " + PodName(item, name), $"{state}, of {Revision((string)item["metadata"]!["labels"]!["controller-revision-hash"]!)}");
                break;
        }
    }

    private string Status(JsonObject set)
    {
        var status = set["status"];
        var counts = Counts.Select(c => (int?)status?[c] is > 0 and var count ? $" {c}={count}" : "");
        var current = (string?)status?["currentRevision"] is { } now ? $" current={Revision(now)} update={Revision((string)status!["updateRevision"]!)}" : "";
        return $"{set["metadata"]!["generation"]}/{status?["observedGeneration"]}{string.Concat(counts)}{current}";
    }

    private string Revision(string nameOrHash) => "#" + (revisions.IndexOf(Hash(nameOrHash)) + 1);

    private static string Hash(string nameOrHash) => nameOrHash[(nameOrHash.LastIndexOf('-') + 1)..];

    private static string PodName(JsonObject pod, string name) =>
        (string?)pod["metadata"]!["ownerReferences"]?[0]?["kind"] == "DaemonSet"
            ? "on " + pod["spec"]!["affinity"]!["nodeAffinity"]!["requiredDuringSchedulingIgnoredDuringExecution"]!["nodeSelectorTerms"]![0]!
                ["matchFields"]![0]!["values"]![0]
            : name;

    private void Tell(string about, string line)
    {
        if (!Lines.TryGetValue(about, out var lines))
        {
            Lines[about] = lines = [];
        }

        if (lines.Count == 0 || lines[^1] != line)
        {
            lines.Add(line);
        }
    }
}
