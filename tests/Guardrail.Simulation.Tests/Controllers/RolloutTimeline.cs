using System.Text.Json.Nodes;
using Guardrail.Simulation.ApiServer;

namespace Guardrail.Simulation.Tests.Controllers;

/// <summary>What happened to one Deployment, as lines that leave out what depends on chance: names, times, counts of pods.</summary>
internal sealed class RolloutTimeline
{
    private const string Prefix = "deployment.kubernetes.io/";
    private readonly List<string> sets = [];

    public List<string> Sets { get; } = [];

    public List<string> Deployment { get; } = [];

    private Dictionary<string, string> Last { get; } = [];

    public static Dictionary<string, RolloutTimeline> Of(IEnumerable<StoreEvent> changes)
    {
        var all = new Dictionary<string, RolloutTimeline>();
        foreach (var change in changes)
        {
            if (change.Type == ResourceTypes.Deployments && change.Change != StoreChange.Deleted)
            {
                Find(all, change.Name).Tell("", Line(change.Item));
            }
            else if (change.Type == ResourceTypes.ReplicaSets)
            {
                Find(all, (string)change.Item["metadata"]!["ownerReferences"]![0]!["name"]!).TellSet(change);
            }
        }

        foreach (var timeline in all.Values)
        {
            timeline.SortTheGone();
        }

        return all;
    }

    /// <summary>A collector deletes in no particular order.</summary>
    private void SortTheGone()
    {
        var last = Sets.FindLastIndex(l => !l.EndsWith("gone", StringComparison.Ordinal)) + 1;
        Sets.Sort(last, Sets.Count - last, StringComparer.Ordinal);
    }

    private static RolloutTimeline Find(Dictionary<string, RolloutTimeline> all, string name) =>
        all.TryGetValue(name, out var found) ? found : all[name] = new RolloutTimeline();

    private static string Line(JsonObject deployment)
    {
        var conditions = (deployment["status"]?["conditions"] as JsonArray)?.Select(c => $"{c!["type"]}={c["status"]}({c["reason"]})") ?? [];
        var revision = (string?)deployment["metadata"]!["annotations"]?[Prefix + "revision"] ?? "-";
        return $"revision {revision} {string.Join(' ', conditions.Order(StringComparer.Ordinal))}".TrimEnd();
    }

    private void TellSet(StoreEvent change)
    {
        if (!sets.Contains(change.Name))
        {
            sets.Add(change.Name);
        }

        var ordinal = sets.IndexOf(change.Name) + 1;
        var annotations = change.Item["metadata"]!["annotations"]!;
        var history = (string?)annotations[Prefix + "revision-history"] is { } was ? " was " + was : "";
        Tell(change.Name, change.Change == StoreChange.Deleted
            ? $"{ordinal}: gone"
            : $"{ordinal}: {change.Item["spec"]!["replicas"]} revision {annotations[Prefix + "revision"]}{history} "
                + $"({annotations[Prefix + "desired-replicas"]}/{annotations[Prefix + "max-replicas"]})");
    }

    private void Tell(string about, string line)
    {
        if (Last.GetValueOrDefault(about) != line)
        {
            Last[about] = line;
            (about.Length == 0 ? Deployment : Sets).Add(line);
        }
    }
}
