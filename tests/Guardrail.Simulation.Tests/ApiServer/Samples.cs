using System.Text.Json.Nodes;

namespace Guardrail.Simulation.Tests.ApiServer;

/// <summary>Objects that the tests store.</summary>
internal static class Samples
{
    public static JsonObject Named(string name) => new() { ["metadata"] = new JsonObject { ["name"] = name } };

    public static JsonObject Deployment(string name, int replicas = 1) => new()
    {
        ["apiVersion"] = "apps/v1",
        ["kind"] = "Deployment",
        ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["app"] = name } },
        ["spec"] = new JsonObject
        {
            ["replicas"] = replicas,
            ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = name } },
            ["template"] = new JsonObject
            {
                ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = name } },
                ["spec"] = new JsonObject
                {
                    ["containers"] = new JsonArray(new JsonObject
                    {
                        ["name"] = "web",
                        ["image"] = "registry.invalid/web:1",
                        ["ports"] = new JsonArray(new JsonObject { ["containerPort"] = 8080 }),
                    }),
                },
            },
        },
    };

    public static JsonObject Pod(string name, string? node)
    {
        var pod = Named(name);
        pod["spec"] = new JsonObject
        {
            ["containers"] = new JsonArray(new JsonObject { ["name"] = "web", ["image"] = "registry.invalid/web:1" }),
        };
        if (node is not null)
        {
            pod["spec"]!["nodeName"] = node;
        }

        return pod;
    }

    public static bool Annotate(JsonObject item, string key, string value)
    {
        var meta = (JsonObject)item["metadata"]!;
        meta["annotations"] ??= new JsonObject();
        meta["annotations"]![key] = value;
        return true;
    }
}
