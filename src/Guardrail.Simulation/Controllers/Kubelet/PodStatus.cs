using System.Text.Json.Nodes;

namespace Guardrail.Simulation.Controllers.Kubelet;

/// <summary>Writes the status of pods as a kubelet reports it.</summary>
internal static class PodStatus
{
    public static JsonObject Scheduled(JsonObject pod, DateTimeOffset now) => new()
    {
        ["phase"] = "Pending",
        ["conditions"] = new JsonArray(Condition("PodScheduled", true, Kube.Time(now), null)),
        ["qosClass"] = Kube.Text(pod["status"]?["qosClass"] ?? "BestEffort"),
    };

    /// <summary>The status of a pod whose containers all stand alike.</summary>
    public static JsonObject Of(JsonObject pod, PodRun run, DateTimeOffset now)
    {
        var containers = (JsonArray)pod["spec"]!["containers"]!;
        var time = Kube.Time(now);
        var names = string.Join(' ', containers.Select(c => Kube.Text(c!["name"])));
        var unready = run.IsReady ? null : $"containers with unready status: [{names}]";
        var status = new JsonObject
        {
            ["observedGeneration"] = (long?)pod["metadata"]!["generation"] ?? 1,
            ["phase"] = run.State is ContainerState.PullFailing ? "Pending" : "Running",
            ["conditions"] = new JsonArray(
                Condition("PodReadyToStartContainers", true, Since(pod, "PodReadyToStartContainers", true, time), null),
                Condition("Initialized", true, Since(pod, "Initialized", true, time), null),
                Condition("Ready", run.IsReady, Since(pod, "Ready", run.IsReady, time), unready),
                Condition("ContainersReady", run.IsReady, Since(pod, "ContainersReady", run.IsReady, time), unready),
                Condition("PodScheduled", true, Since(pod, "PodScheduled", true, time), null)),
            ["hostIP"] = "127.0.0.1",
            ["hostIPs"] = new JsonArray(new JsonObject { ["ip"] = "127.0.0.1" }),
        };
        if (run.State is not ContainerState.PullFailing)
        {
            status["podIP"] = run.Address;
            status["podIPs"] = new JsonArray(new JsonObject { ["ip"] = run.Address });
        }

        status["startTime"] = Kube.Text(pod["status"]?["startTime"] ?? time);
        status["containerStatuses"] = new JsonArray([.. containers.Select(c => Container((JsonObject)c!, pod, run))]);
        status["qosClass"] = Kube.Text(pod["status"]?["qosClass"] ?? "BestEffort");
        return status;
    }

    private static JsonObject Container(JsonObject container, JsonObject pod, PodRun run)
    {
        var image = Kube.Text(container["image"]);
        var status = new JsonObject
        {
            ["name"] = Kube.Text(container["name"]),
            ["state"] = run.State switch
            {
                ContainerState.PullFailing => Waiting("ImagePullBackOff", $"Back-off pulling image \"{image}\""),
                ContainerState.BackingOff off => Waiting(
                    "CrashLoopBackOff",
                    $"back-off {(int)off.Wait.TotalSeconds}s restarting failed container={Kube.Text(container["name"])} "
                    + $"pod={Kube.Name(pod)}_{Kube.Key(pod).Namespace}({Kube.Uid(pod)})"),
                ContainerState.Running running => new JsonObject
                {
                    ["running"] = new JsonObject { ["startedAt"] = Kube.Time(running.Since) },
                },
                _ => new JsonObject(),
            },
            ["lastState"] = run.LastEnd is { } end ? Terminated(end) : new JsonObject(),
            ["ready"] = run.IsReady,
            ["restartCount"] = run.Restarts,
            ["image"] = image,
            ["imageID"] = run.State is ContainerState.PullFailing ? "" : image,
            ["started"] = run.State is ContainerState.Running,
        };
        return status;
    }

    private static JsonObject Waiting(string reason, string message) =>
        new() { ["waiting"] = new JsonObject { ["reason"] = reason, ["message"] = message } };

    private static JsonObject Terminated(PodRunEnd end) => new()
    {
        ["terminated"] = new JsonObject
        {
            ["exitCode"] = end.OutOfMemory ? 137 : 1,
            ["reason"] = end.OutOfMemory ? "OOMKilled" : "Error",
            ["startedAt"] = Kube.Time(end.Started),
            ["finishedAt"] = Kube.Time(end.Finished),
        },
    };

    private static string Since(JsonObject pod, string type, bool value, string now)
    {
        var before = Kube.Condition(pod["status"], type);
        return (string?)before?["status"] == (value ? "True" : "False") ? Kube.Text(before?["lastTransitionTime"]) : now;
    }

    private static JsonObject Condition(string type, bool value, string since, string? unready)
    {
        var condition = new JsonObject
        {
            ["type"] = type,
            ["status"] = value ? "True" : "False",
            ["lastProbeTime"] = null,
            ["lastTransitionTime"] = since,
        };
        if (unready is not null)
        {
            condition["reason"] = "ContainersNotReady";
            condition["message"] = unready;
        }

        return condition;
    }
}
