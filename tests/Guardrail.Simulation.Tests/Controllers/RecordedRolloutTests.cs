using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Controllers.Kubelet;

namespace Guardrail.Simulation.Tests.Controllers;

/// <summary>
/// Sends what a client sent to a real cluster, at the same times, and compares what the controllers made of it: the sizes, revision
/// numbers, histories and annotations of every ReplicaSet, and the revision and conditions of every Deployment, each in its order.
/// </summary>
public sealed class RecordedRolloutTests
{
    [TestCase("02a-deployment-create-update-undo")]
    [TestCase("02b-deployment-scale-pause")]
    [TestCase("02c-deployment-history-limit")]
    [TestCase("02d-deployment-progress-deadline")]
    [TestCase("02e-deployment-strategies")]
    public async Task Controllers_do_what_the_real_ones_were_recorded_doing(string recording)
    {
        var recorded = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Folder(), "Recorded", recording + ".json")))!;
        var timeline = await Replay(recorded);
        foreach (var (name, expected) in recorded["expected"]!.AsObject())
        {
            Assert.That(
                timeline[name].Sets.Where(l => !IsRace(l, recording)),
                Is.EqualTo(Lines(expected!["sets"]).Where(l => !IsRace(l, recording))),
                name + ": ReplicaSets");
            Assert.That(
                timeline[name].Deployment.Where(l => !IsRace(l, recording)),
                Is.EqualTo(Lines(expected["deployment"]).Where(l => !IsRace(l, recording))),
                name + ": Deployment");
        }
    }

    /// <summary>
    /// What depends on races of milliseconds. 02b: in the one rollout of several pods at a time, sizes between the first and the last
    /// depend on how many pods are ready in the same look. 02d: whether the first status of a rollout counts its first pod already, and
    /// so tells of no progress later.
    /// </summary>
    private static bool IsRace(string line, string recording) => recording[..3] switch
    {
        "02b" => line is "1: 1 revision 1 (5/7)" or "1: 2 revision 1 (5/7)" or "1: 3 revision 1 (5/7)"
            or "2: 3 revision 2 (5/7)" or "2: 4 revision 2 (5/7)",
        "02d" => line.StartsWith("revision 2", StringComparison.Ordinal) && line.EndsWith("(ReplicaSetUpdated)", StringComparison.Ordinal),
        _ => false,
    };

    private static async Task<Dictionary<string, RolloutTimeline>> Replay(JsonNode recorded)
    {
        var timing = new KubeletTiming { Jitter = 0.1, CrashBackOff = TimeSpan.FromSeconds(8) };
        await using var bench = new ControllerBench(timing, runtime: new RecoveringRuntime(timing));
        foreach (var request in recorded["requests"]!.AsArray())
        {
            bench.RunUntil(TimeSpan.FromMilliseconds((double)request!["atMs"]!));
            Send(bench, request);
        }

        bench.RunFor(TimeSpan.FromSeconds(4));
        return RolloutTimeline.Of(bench.Changes);
    }

    private static string[] Lines(JsonNode? list) => [.. list!.AsArray().Select(l => (string)l!)];

    private static void Send(ControllerBench bench, JsonNode request)
    {
        var body = (JsonObject?)request["body"]?.DeepClone() ?? [];
        if ((string)request["method"]! == "POST")
        {
            bench.Store.Create(ResourceTypes.Deployments, ControllerBench.Namespace, body);
        }
        else if ((string)request["method"]! == "DELETE")
        {
            bench.Delete((string)request["name"]!);
        }
        else
        {
            bench.Modify((string)request["name"]!, d => Merges.Merge(d, body));
        }
    }

    /// <summary>The recorded fake let its crashing pod become ready after 19 s.</summary>
    private sealed class RecoveringRuntime(KubeletTiming timing) : PlainRuntime(timing)
    {
        private readonly KubeletTiming timing = timing;

        public override ContainerRun Start(JsonObject pod, DateTimeOffset at) =>
            Image(pod).EndsWith("crash", StringComparison.Ordinal) && at > ControllerBench.Start + TimeSpan.FromSeconds(19)
                ? new ContainerRun.Runs(timing.Ready, null, false)
                : base.Start(pod, at);
    }

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
