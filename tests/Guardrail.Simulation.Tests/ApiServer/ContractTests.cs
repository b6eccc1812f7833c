using System.Text.Json.Nodes;

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

    private static bool CanReplay(JsonObject line) =>
        line.ContainsKey("path") && line.ContainsKey("status") && line["as"] is null && line["responseBody"] is not null
        && !((string?)line["path"])!.Contains("flowcontrol", StringComparison.Ordinal)
        && !((string?)line["path"])!.Contains("demo-term", StringComparison.Ordinal)
        && !(((string?)line["path"])!.Contains("watch=maybe", StringComparison.Ordinal))
        && !(line["requestBody"] is JsonValue body && body.GetValueKind() == System.Text.Json.JsonValueKind.String
            && body.GetValue<string>().StartsWith('<'));
}
