using System.Text.Json.Nodes;
using Guardrail.Simulation.ApiServer;

namespace Guardrail.Testing.GitOps;

/// <summary>
/// The Flux and Argo CD objects of an embedded cluster, as far as a contest needs them: their definitions, which take any field, and one object each.
/// </summary>
public static class GitOpsSources
{
    /// <summary>The kind of Flux's Kustomizations.</summary>
    public static ResourceType Kustomizations { get; } = new("kustomize.toolkit.fluxcd.io", "v1", "kustomizations", "Kustomization", true, "kustomization");

    /// <summary>The kind of Argo CD's Applications.</summary>
    public static ResourceType Applications { get; } = new("argoproj.io", "v1alpha1", "applications", "Application", true, "application");

    /// <summary>Makes the definition of a kind. Flux's has a status of its own; Argo CD's has not, and its generation rises with it.</summary>
    public static void Define(ObjectStore store, ResourceType type)
    {
        var version = new JsonObject
        {
            ["name"] = type.Version,
            ["served"] = true,
            ["storage"] = true,
            ["schema"] = new JsonObject
            {
                ["openAPIV3Schema"] = new JsonObject { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true },
            },
        };
        if (type.Kind == "Kustomization")
        {
            version["subresources"] = new JsonObject { ["status"] = new JsonObject() };
        }

        store.Create(ResourceTypes.CustomResourceDefinitions, null, new JsonObject
        {
            ["apiVersion"] = "apiextensions.k8s.io/v1",
            ["kind"] = "CustomResourceDefinition",
            ["metadata"] = new JsonObject { ["name"] = $"{type.Plural}.{type.Group}" },
            ["spec"] = new JsonObject
            {
                ["group"] = type.Group,
                ["scope"] = "Namespaced",
                ["names"] = new JsonObject
                {
                    ["plural"] = type.Plural,
                    ["singular"] = type.Singular,
                    ["kind"] = type.Kind,
                    ["listKind"] = type.Kind + "List",
                },
                ["versions"] = new JsonArray(version),
            },
        });
    }

    /// <summary>Makes one object.</summary>
    public static void Create(ObjectStore store, ResourceType type, string ns, string name, JsonObject spec)
    {
        if (!store.TryGet(ResourceTypes.Namespaces, null, ns, out _))
        {
            store.Create(ResourceTypes.Namespaces, null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = ns } });
        }

        store.Create(Served(store, type), ns, new JsonObject
        {
            ["apiVersion"] = type.ApiVersion,
            ["kind"] = type.Kind,
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = spec,
        }, new WriteOptions("platform"));
    }

    /// <summary>The object as it is stored.</summary>
    public static JsonObject Get(ObjectStore store, ResourceType type, string ns, string name) => store.Get(Served(store, type), ns, name);

    /// <summary>The kind as the store serves it.</summary>
    public static ResourceType Served(ObjectStore store, ResourceType type) => store.Types.Single(t => t.Equals(type));
}
