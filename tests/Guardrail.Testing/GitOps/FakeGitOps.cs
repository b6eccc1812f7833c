using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Guardrail.Simulation.ApiServer;

namespace Guardrail.Testing.GitOps;

/// <summary>
/// A small controller in the shape of Flux's kustomize-controller or of Argo CD's application controller: while its object is not suspended, it applies
/// what "Git" holds again and again by server-side apply with force, and says in the workload which object that comes from.
/// </summary>
public sealed class FakeGitOps : IAsyncDisposable
{
    private readonly HttpClient http;
    private readonly Tool tool;
    private readonly string workload;
    private readonly CancellationTokenSource stopping = new();
    private readonly PeriodicTimer timer;
    private readonly Task running;
    private volatile string? image;

    private FakeGitOps(Uri server, Tool tool, string ns, string name, TimeSpan interval)
    {
        (this.tool, Namespace, Name) = (tool, ns, name);
        http = new HttpClient { BaseAddress = server };
        http.DefaultRequestHeaders.UserAgent.ParseAdd(tool.Manager + "/1");
        workload = $"apis/apps/v1/namespaces/{ns}/deployments/{name}";
        timer = new PeriodicTimer(interval, TimeProvider.System);
        running = RunAsync();
    }

    /// <summary>Namespace of the Deployment.</summary>
    public string Namespace { get; }

    /// <summary>Name of the Deployment, and of its container.</summary>
    public string Name { get; }

    /// <summary>Answers to its applies, in order: status and message.</summary>
    public ConcurrentQueue<(int Status, string Message)> Applied { get; } = new();

    /// <summary>How often it has found itself suspended.</summary>
    public int Skipped { get; private set; }

    /// <summary>The image that "Git" holds; nothing is applied before there is one.</summary>
    public string? Image
    {
        get => image;
        set => image = value;
    }

    /// <summary>Flux: a Kustomization <c>flux-system/apps</c>.</summary>
    public static FakeGitOps Flux(EmbeddedApiServer server, string ns, string name, TimeSpan interval)
    {
        GitOpsSources.Define(server.Store, GitOpsSources.Kustomizations);
        GitOpsSources.Create(server.Store, GitOpsSources.Kustomizations, "flux-system", "apps", new JsonObject { ["interval"] = "1m", ["path"] = "./apps" });
        return new(server.Address, Tool.Flux, ns, name, interval);
    }

    /// <summary>Argo CD: an Application <c>argocd/shop</c> that heals itself.</summary>
    public static FakeGitOps ArgoCd(EmbeddedApiServer server, string ns, string name, TimeSpan interval)
    {
        GitOpsSources.Define(server.Store, GitOpsSources.Applications);
        var automated = new JsonObject { ["prune"] = true, ["selfHeal"] = true };
        var spec = new JsonObject
        {
            ["project"] = "default",
            ["syncPolicy"] = new JsonObject { ["automated"] = automated, ["syncOptions"] = new JsonArray("ServerSideApply=true") },
        };
        GitOpsSources.Create(server.Store, GitOpsSources.Applications, "argocd", "shop", spec);
        return new(server.Address, Tool.ArgoCd, ns, name, interval);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running;
        timer.Dispose();
        http.Dispose();
        stopping.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (await timer.WaitForNextTickAsync(stopping.Token))
            {
                if (image is { } wanted)
                {
                    await ReconcileAsync(wanted);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    private async Task ReconcileAsync(string wanted)
    {
        var source = JsonNode.Parse(await http.GetStringAsync(new Uri(tool.Path, UriKind.Relative), stopping.Token))!;
        if (tool.IsSuspended(source["spec"]!))
        {
            Skipped++;
            return;
        }

        using var body = new StringContent(Manifest(wanted).ToJsonString(), Encoding.UTF8);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/apply-patch+yaml");
        using var answer = await http.PatchAsync(
            new Uri($"{workload}?fieldManager={tool.Manager}&force=true", UriKind.Relative), body, stopping.Token);
        var told = JsonNode.Parse(await answer.Content.ReadAsStringAsync(stopping.Token));
        Applied.Enqueue(((int)answer.StatusCode, answer.IsSuccessStatusCode ? "" : (string?)told?["message"] ?? ""));
    }

    private JsonObject Manifest(string wanted)
    {
        var metadata = new JsonObject { ["name"] = Name, ["namespace"] = Namespace };
        tool.Mark(metadata, $"{Namespace}/{Name}");
        return new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "Deployment",
            ["metadata"] = metadata,
            ["spec"] = new JsonObject
            {
                ["template"] = new JsonObject
                {
                    ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = Name, ["image"] = wanted }) },
                },
            },
        };
    }

    private sealed record Tool(string Manager, string Path, Func<JsonNode, bool> IsSuspended, Action<JsonObject, string> Mark)
    {
        public static Tool Flux { get; } = new(
            "kustomize-controller",
            "apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations/apps",
            spec => (bool?)spec["suspend"] == true,
            (metadata, _) => metadata["labels"] = new JsonObject
            {
                ["kustomize.toolkit.fluxcd.io/name"] = "apps",
                ["kustomize.toolkit.fluxcd.io/namespace"] = "flux-system",
            });

        public static Tool ArgoCd { get; } = new(
            "argocd-controller",
            "apis/argoproj.io/v1alpha1/namespaces/argocd/applications/shop",
            spec => spec["syncPolicy"]?["automated"] is not JsonObject automated || (bool?)automated["enabled"] == false,
            (metadata, workload) => metadata["annotations"] = new JsonObject
            {
                ["argocd.argoproj.io/tracking-id"] = $"shop:apps/Deployment:{workload}",
            });
    }
}
