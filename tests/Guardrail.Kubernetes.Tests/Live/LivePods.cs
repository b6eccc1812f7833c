using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Kubernetes.Tests.Live;

/// <summary>
/// Stands in for scheduler and kubelet in one namespace: binds its pods to two nodes of its own, makes them ready, but for those whose image is tagged
/// broken, and lets them go.
/// </summary>
internal sealed class LivePods(ApiClient api, string space) : IAsyncDisposable
{
    public const string NodeLabel = "guardrail.dev/test";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private readonly CancellationTokenSource ending = new();
    private Task loop = Task.CompletedTask;

    private string[] Nodes => [space + "-a", space + "-b"];

    public async Task StartAsync()
    {
        foreach (var node in Nodes)
        {
            await SendAsync(HttpMethod.Post, "api/v1/nodes", $$"""{"metadata":{"name":"{{node}}","labels":{"{{NodeLabel}}":"{{space}}"} } }""");
        }

        loop = Task.Run(KeepAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await loop;
        foreach (var plural in (string[])["deployments", "statefulsets", "daemonsets"])
        {
            await SendAsync(HttpMethod.Delete, $"apis/apps/v1/namespaces/{space}/{plural}", """{"propagationPolicy":"Background"}""");
        }

        await SendAsync(HttpMethod.Delete, $"api/v1/namespaces/{space}/pods", """{"gracePeriodSeconds":0}""");
        foreach (var node in Nodes)
        {
            await SendAsync(HttpMethod.Delete, $"api/v1/nodes/{node}", "{}");
        }

        ending.Dispose();
    }

    private async Task KeepAsync()
    {
        try
        {
            while (true)
            {
                using var list = await api.SendAsync(HttpMethod.Get, $"api/v1/namespaces/{space}/pods", null, ending.Token);
                foreach (var pod in list.RootElement.Items("items"))
                {
                    await StepAsync(pod);
                }

                await Task.Delay(Look, TimeProvider.System, ending.Token);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The test is over.
        }
    }

    private async Task StepAsync(JsonElement pod)
    {
        var name = pod.Field("metadata").Required("name");
        var path = $"api/v1/namespaces/{space}/pods/{name}";
        if (pod.Field("metadata").Text("deletionTimestamp") is not null)
        {
            await SendAsync(HttpMethod.Delete, path, """{"gracePeriodSeconds":0}""");
        }
        else if (pod.Field("spec").Text("nodeName") is null)
        {
            await SendAsync(HttpMethod.Post, path + "/binding", $$"""
                {"apiVersion":"v1","kind":"Binding","metadata":{"name":"{{name}}"},"target":{"apiVersion":"v1","kind":"Node","name":"{{Asked(pod) ?? Nodes[0]}}"} }
                """);
        }
        else if (pod.Field("status").Items("containerStatuses").FirstOrDefault().ValueKind == JsonValueKind.Undefined)
        {
            await SendAsync(HttpMethod.Patch, path + "/status", Status(pod), "application/merge-patch+json");
        }
    }

    /// <summary>The node that the controller of a DaemonSet wants its pod on.</summary>
    private static string? Asked(JsonElement pod) => pod.Field("spec").Field("affinity").Field("nodeAffinity")
        .Field("requiredDuringSchedulingIgnoredDuringExecution").Items("nodeSelectorTerms").SelectMany(term => term.Items("matchFields"))
        .Where(field => field.Text("key") == "metadata.name").SelectMany(field => field.Items("values")).Select(value => value.GetString()).FirstOrDefault();

    private static string Status(JsonElement pod)
    {
        var image = pod.Field("spec").Items("containers").First().Required("image");
        var ready = !image.EndsWith("broken", StringComparison.Ordinal);
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return new JsonObject
        {
            ["status"] = new JsonObject
            {
                ["phase"] = ready ? "Running" : "Pending",
                ["podIP"] = "127.0.0.1",
                ["podIPs"] = new JsonArray(new JsonObject { ["ip"] = "127.0.0.1" }),
                ["startTime"] = now,
                ["conditions"] = new JsonArray(
                    [.. ((string[])["PodScheduled", "Initialized", "ContainersReady", "Ready"]).Select(type => new JsonObject
                    {
                        ["type"] = type,
                        ["status"] = ready || type is "PodScheduled" or "Initialized" ? "True" : "False",
                        ["lastTransitionTime"] = now,
                    })]),
                ["containerStatuses"] = new JsonArray(new JsonObject
                {
                    ["name"] = "web",
                    ["image"] = image,
                    ["imageID"] = "",
                    ["ready"] = ready,
                    ["started"] = ready,
                    ["restartCount"] = 0,
                    ["state"] = ready
                        ? new JsonObject { ["running"] = new JsonObject { ["startedAt"] = now } }
                        : new JsonObject { ["waiting"] = new JsonObject { ["reason"] = "ImagePullBackOff", ["message"] = "no such image" } },
                }),
            },
        }.ToJsonString();
    }

    private async Task SendAsync(HttpMethod method, string path, string body, string type = "application/json")
    {
        using var content = new StringContent(body, Encoding.UTF8, type);
        try
        {
            using var answer = await api.SendAsync(method, path, content, CancellationToken.None);
        }
        catch (ApiException fault) when (fault.Code is 404 or 409)
        {
            // It is gone, or somebody was faster.
        }
    }
}
