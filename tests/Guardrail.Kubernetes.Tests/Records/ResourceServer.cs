using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Guardrail.Kubernetes.Connection;
using Guardrail.Simulation.ApiServer;
using k8s;

namespace Guardrail.Kubernetes.Tests.Records;

/// <summary>An embedded API server that knows Guardrail's custom resources by the chart's definitions.</summary>
internal sealed class ResourceServer : IAsyncDisposable
{
    private readonly HttpClient http;
    private readonly KubernetesConnection connection;

    private ResourceServer(EmbeddedApiServer server)
    {
        Server = server;
        http = new HttpClient { BaseAddress = server.Address };
        connection = KubernetesConnection.Create(
            new KubernetesClientConfiguration { Host = server.Address.ToString(), Username = "anyone", Password = "anything" }, "the test");
    }

    public EmbeddedApiServer Server { get; }

    public ApiClient Api => connection.Api;

    /// <summary>The definitions as the server took them, by kind.</summary>
    public Dictionary<string, JsonObject> Definitions { get; } = [];

    public static string Checkout { get; } = FindCheckout();

    public static async Task<ResourceServer> StartAsync(TimeProvider? time = null)
    {
        var made = new ResourceServer(await EmbeddedApiServer.StartAsync(new ObjectStore(time ?? TimeProvider.System, new Random(1))));
        made.Server.Store.Create(ResourceTypes.Namespaces, null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "shop" } });
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Checkout, "charts", "guardrail", "crds")))
        {
            var (code, definition) = await made.PostAsync(
                "apis/apiextensions.k8s.io/v1/customresourcedefinitions", await File.ReadAllTextAsync(file), "application/yaml");
            Assert.That(code, Is.EqualTo(201), definition.ToJsonString());
            made.Definitions.Add((string)definition["spec"]!["names"]!["kind"]!, definition);
        }

        return made;
    }

    /// <summary>The schema of a kind.</summary>
    public JsonObject SchemaOf(string kind) =>
        Definitions[kind]["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!.AsObject();

    public async Task<(int Code, JsonObject Answer)> PostAsync(string path, string body, string type = "application/json")
    {
        using var content = new StringContent(body, Encoding.UTF8);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        using var answer = await http.PostAsync(new Uri(path, UriKind.Relative), content);
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject());
    }

    public async Task<JsonObject> GetAsync(string path) => JsonNode.Parse(await http.GetStringAsync(new Uri(path, UriKind.Relative)))!.AsObject();

    /// <summary>Creates a policy with this spec.</summary>
    public Task<(int Code, JsonObject Answer)> PolicyAsync(string name, JsonNode? spec) => PostAsync(
        "apis/guardrail.dev/v1alpha1/namespaces/shop/guardrailpolicies",
        new JsonObject
        {
            ["apiVersion"] = "guardrail.dev/v1alpha1",
            ["kind"] = "GuardrailPolicy",
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "shop" },
            ["spec"] = spec?.DeepClone(),
        }.ToJsonString());

    public async ValueTask DisposeAsync()
    {
        connection.Dispose();
        http.Dispose();
        await Server.DisposeAsync();
    }

    private static string FindCheckout()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Guardrail.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("The tests do not run from within a checkout.");
    }
}
