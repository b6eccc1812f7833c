using System.Text.Json.Nodes;
using Guardrail.Simulation.ApiServer;

namespace Guardrail.Simulation.Tests.ApiServer;

/// <summary>Replays recordings of a real server and compares status, reason, details, message and the shape of the answers.</summary>
[Category("Slow")]
public sealed class ContractTests
{
    [TestCase("03-errors")]
    [TestCase("04a-list")]
    [TestCase("04b-watch")]
    [TestCase("04c-watch-start-errors")]
    [TestCase("05a-patches")]
    [TestCase("06a-leases")]
    [TestCase("06b-events")]
    [TestCase("07-crd")]
    public async Task Answers_as_the_recorded_server_does(string recording)
    {
        var lines = Recordings.Read(recording);
        await using var replay = await Replay.StartAsync(lines);
        var different = new List<string>();
        var stale = new List<int>();
        var compared = 0;
        for (var i = 0; i < lines.Count; i++)
        {
            if (!CanReplay(lines[i]))
            {
                continue;
            }

            compared++;
            Unrecorded(recording, i, replay.Server.Store);
            var difference = await replay.SendAsync(lines[i]);
            var accepted = Divergences.Accepted.ContainsKey((recording, i));
            if (difference is not null && !accepted)
            {
                different.Add($"{i} {(string?)lines[i]["method"]} {(string?)lines[i]["path"]} ({(string?)lines[i]["note"]}): {difference}");
            }
            else if (difference is null && accepted)
            {
                stale.Add(i);
            }
        }

        await TestContext.Out.WriteLineAsync(
            $"{recording}: {compared} requests compared, {Divergences.Accepted.Keys.Count(k => k.Item1 == recording)} accepted");
        Assert.That(different, Is.Empty, string.Join('\n', different));
        Assert.That(stale, Is.Empty, "These divergences are in the table but no longer there: take them out.");
    }

    /// <summary>What happened in the recordings without being recorded, and what accepted divergences leave behind.</summary>
    private static void Unrecorded(string recording, int line, ObjectStore store)
    {
        switch (recording, line)
        {
            case ("03-errors", 32):
                store.Delete(ResourceTypes.Deployments, "demo-err", "web4");
                break;
            case ("04a-list", 2):
                for (var i = 1; i <= 6; i++)
                {
                    Make(store, "demo-lw", $"cm-{i}", new JsonObject { ["set"] = "page", ["odd"] = $"{i % 2}" });
                }

                break;
            case ("04c-watch-start-errors", 1):
                Make(store, "demo-w", "a", new JsonObject { ["color"] = "blue" });
                break;
            case ("07-crd", 13 or 14 or 15 or 18 or 20 or 21):
                Drop(store, "b");
                break;
            case ("07-crd", 28):
                Drop(store, "c");
                break;
        }
    }

    private static void Drop(ObjectStore store, string name)
    {
        var type = store.Types.Single(t => t.Kind == "RollbackPolicy");
        if (store.TryGet(type, "demo-crd", name, out _))
        {
            store.Delete(type, "demo-crd", name);
        }
    }

    private static void Make(ObjectStore store, string ns, string name, JsonObject labels)
    {
        var item = Samples.Named(name);
        item["metadata"]!["labels"] = labels;
        item["data"] = new JsonObject { [ns == "demo-w" ? "k" : "n"] = name };
        store.Create(ResourceTypes.ConfigMaps, ns, item);
    }

    private static bool CanReplay(JsonObject line) =>
        line.ContainsKey("path") && line.ContainsKey("status") && line["as"] is null && line["responseBody"] is not null
        && !((string?)line["path"])!.Contains("flowcontrol", StringComparison.Ordinal)
        && !((string?)line["path"])!.Contains("demo-term", StringComparison.Ordinal)
        && !(((string?)line["path"])!.Contains("watch=maybe", StringComparison.Ordinal))
        && !(line["requestBody"] is JsonValue body && body.GetValueKind() == System.Text.Json.JsonValueKind.String
            && body.GetValue<string>().StartsWith('<'));
}
