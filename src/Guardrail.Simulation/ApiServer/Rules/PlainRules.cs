using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>A kind of which only the fields are known.</summary>
internal class PlainRules(string kind) : ResourceRules
{
    internal override Schema Schema { get; } = BuiltInSchemas.For(kind);

    /// <summary>Sets a member that is missing.</summary>
    protected static void Default(JsonObject map, string key, JsonNode value)
    {
        if (map[key] is null)
        {
            map[key] = value;
        }
    }

    /// <summary>The object of that name, made when it is missing.</summary>
    protected static JsonObject Child(JsonObject map, string key)
    {
        if (map[key] is not JsonObject child)
        {
            map[key] = child = [];
        }

        return child;
    }
}

/// <summary>Services: ports with a protocol, a made-up cluster address.</summary>
internal sealed class ServiceRules() : PlainRules("Service")
{
    public override JsonObject InitialStatus(JsonObject item) => new() { ["loadBalancer"] = new JsonObject() };

    public override void Prepare(JsonObject item, JsonObject? old)
    {
        var spec = Child(item, "spec");
        foreach (var port in (spec["ports"] as JsonArray)?.OfType<JsonObject>() ?? [])
        {
            Default(port, "protocol", "TCP");
            Default(port, "targetPort", port["port"]?.DeepClone() ?? 0);
        }

        Default(spec, "clusterIP", old?["spec"]?["clusterIP"]?.DeepClone() ?? "None");
        Default(spec, "type", "ClusterIP");
        Default(spec, "sessionAffinity", "None");
    }
}

/// <summary>Namespaces: labelled with their name, active, kept by the finalizer of the namespace controller.</summary>
internal sealed class NamespaceRules() : PlainRules("Namespace")
{
    public override JsonObject InitialStatus(JsonObject item) => new() { ["phase"] = "Active" };

    public override void Prepare(JsonObject item, JsonObject? old)
    {
        var meta = ObjectMeta.Of(item);
        var labels = Child(meta, "labels");
        labels["kubernetes.io/metadata.name"] = (string?)meta["name"];
        if (old is null)
        {
            Child(item, "spec")["finalizers"] = new JsonArray("kubernetes");
        }
    }
}

/// <summary>PodDisruptionBudgets start with an empty count.</summary>
internal sealed class DisruptionBudgetRules() : PlainRules("PodDisruptionBudget")
{
    public override JsonObject InitialStatus(JsonObject item) => new()
    {
        ["disruptionsAllowed"] = 0,
        ["currentHealthy"] = 0,
        ["desiredHealthy"] = 0,
        ["expectedPods"] = 0,
    };
}
