using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Discovery, old and aggregated, of what the store serves now.</summary>
internal sealed class DiscoveryHandler(ObjectStore store)
{
    private static readonly ResourceType EventsView = ResourceTypes.Events with { Group = "events.k8s.io" };

    /// <summary>Answers a discovery path; null when it is none.</summary>
    public ApiResponse? Handle(string path, string? accept, string address)
    {
        var aggregated = accept?.Contains("g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList", StringComparison.Ordinal) == true;
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts switch
        {
            ["version"] => ApiResponse.Json(200, Version()),
            ["api"] => aggregated ? Aggregated(true) : ApiResponse.Json(200, new JsonObject
            {
                ["kind"] = "APIVersions",
                ["versions"] = new JsonArray("v1"),
                ["serverAddressByClientCIDRs"] = new JsonArray(
                    new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = address }),
            }),
            ["apis"] => aggregated ? Aggregated(false) : ApiResponse.Json(200, new JsonObject
            {
                ["kind"] = "APIGroupList",
                ["apiVersion"] = "v1",
                ["groups"] = new JsonArray([.. Groups().Select(g => Group(g.Key, g, false))]),
            }),
            ["api", "v1"] => Resources("", "v1"),
            ["apis", var name] => Groups().FirstOrDefault(g => g.Key == name) is { } group
                ? ApiResponse.Json(200, Group(name, group, true))
                : ApiResponse.NoSuchPath,
            ["apis", var name, var version] => Resources(name, version),
            _ => null,
        };
    }

    /// <summary>All kinds, with the second view of Events and the reviews.</summary>
    public IEnumerable<ResourceType> Kinds() => store.Types.Append(EventsView).Concat(ReviewHandler.Kinds);

    private static JsonObject Version() => new()
    {
        ["major"] = "1",
        ["minor"] = "36",
        ["emulationMajor"] = "1",
        ["emulationMinor"] = "36",
        ["minCompatibilityMajor"] = "1",
        ["minCompatibilityMinor"] = "35",
        ["gitVersion"] = "v1.36.2",
        ["gitCommit"] = "simulation",
        ["gitTreeState"] = "",
        ["buildDate"] = "1970-01-01T00:00:00Z",
        ["goVersion"] = "none",
        ["compiler"] = "none",
        ["platform"] = "linux/amd64",
    };

    private static JsonObject Group(string name, IEnumerable<ResourceType> types, bool whole)
    {
        var versions = types.Select(t => t.Version).Distinct(StringComparer.Ordinal).ToArray();
        var group = new JsonObject();
        if (whole)
        {
            group["kind"] = "APIGroup";
            group["apiVersion"] = "v1";
        }

        group["name"] = name;
        group["versions"] = new JsonArray([.. versions.Select(v => GroupVersion(name, v))]);
        group["preferredVersion"] = GroupVersion(name, versions[0]);
        return group;
    }

    private static JsonObject GroupVersion(string group, string version) =>
        new() { ["groupVersion"] = $"{group}/{version}", ["version"] = version };

    private static IEnumerable<JsonObject> Described(ResourceType type)
    {
        var main = new JsonObject
        {
            ["name"] = type.Plural,
            ["singularName"] = type.Singular,
            ["namespaced"] = type.Namespaced,
            ["kind"] = type.Kind,
            ["verbs"] = Strings(type.Verbs),
        };
        AddNames(main, type);
        yield return main;
        foreach (var (name, kind, group, version, verbs) in Subresources(type))
        {
            var sub = new JsonObject
            {
                ["name"] = $"{type.Plural}/{name}",
                ["singularName"] = "",
                ["namespaced"] = type.Namespaced,
            };
            if (group.Length > 0)
            {
                sub["group"] = group;
                sub["version"] = version;
            }

            sub["kind"] = kind;
            sub["verbs"] = Strings(verbs);
            yield return sub;
        }
    }

    private static IEnumerable<(string Name, string Kind, string Group, string Version, string[] Verbs)> Subresources(ResourceType type)
    {
        string[] readWrite = ["get", "patch", "update"];
        if (type == ResourceTypes.Pods)
        {
            yield return ("binding", "Binding", "", "", ["create"]);
            yield return ("eviction", "Eviction", "policy", "v1", ["create"]);
            yield return ("log", "Pod", "", "", ["get"]);
            yield return ("proxy", "PodProxyOptions", "", "", ["create", "delete", "get", "patch", "update"]);
        }

        if (type.HasScale)
        {
            yield return ("scale", "Scale", "autoscaling", "v1", readWrite);
        }

        if (type.HasStatus)
        {
            yield return ("status", type.Kind, "", "", readWrite);
        }
    }

    private static void AddNames(JsonObject resource, ResourceType type)
    {
        if (type.ShortNames.Count > 0)
        {
            resource["shortNames"] = Strings(type.ShortNames);
        }

        if (type.Categories.Count > 0)
        {
            resource["categories"] = Strings(type.Categories);
        }
    }

    private static JsonArray Strings(IEnumerable<string> texts) => [.. texts.Select(t => (JsonNode)t)];

    private IEnumerable<IGrouping<string, ResourceType>> Groups() => Kinds().Where(k => k.Group.Length > 0).GroupBy(k => k.Group);

    private ApiResponse Resources(string group, string version)
    {
        var types = Kinds().Where(k => k.Group == group).ToArray();
        if (types.Length == 0)
        {
            return ApiResponse.NoSuchPath;
        }

        var served = types.Where(t => t.Version == version).OrderBy(t => t.Plural, StringComparer.Ordinal).ToArray();
        if (served.Length == 0)
        {
            throw OptionErrors.NoSuchResource();
        }

        var list = new JsonObject { ["kind"] = "APIResourceList" };
        if (group.Length > 0)
        {
            list["apiVersion"] = "v1";
        }

        list["groupVersion"] = group.Length == 0 ? version : $"{group}/{version}";
        list["resources"] = new JsonArray([.. served.SelectMany(Described)]);
        return ApiResponse.Json(200, list);
    }

    private ApiResponse Aggregated(bool core)
    {
        var groups = Kinds().Where(k => (k.Group.Length == 0) == core).GroupBy(k => k.Group);
        var items = new JsonArray();
        foreach (var group in groups)
        {
            var meta = new JsonObject();
            if (!core)
            {
                meta["name"] = group.Key;
            }

            var versions = group.GroupBy(t => t.Version).Select(v => (JsonNode)new JsonObject
            {
                ["version"] = v.Key,
                ["resources"] = new JsonArray([.. v.OrderBy(t => t.Plural, StringComparer.Ordinal).Select(AggregatedResource)]),
                ["freshness"] = "Current",
            });
            items.Add(new JsonObject { ["metadata"] = meta, ["versions"] = new JsonArray([.. versions]) });
        }

        var body = new JsonObject
        {
            ["kind"] = "APIGroupDiscoveryList",
            ["apiVersion"] = "apidiscovery.k8s.io/v2",
            ["metadata"] = new JsonObject(),
            ["items"] = items,
        };
        return ApiResponse.Json(200, body) with { ContentType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList" };
    }

    private static JsonObject AggregatedResource(ResourceType type)
    {
        var resource = new JsonObject
        {
            ["resource"] = type.Plural,
            ["responseKind"] = new JsonObject { ["group"] = "", ["version"] = "", ["kind"] = type.Kind },
            ["scope"] = type.Namespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = type.Singular,
            ["verbs"] = Strings(type.Verbs),
        };
        AddNames(resource, type);
        var subresources = Subresources(type).Select(s => (JsonNode)new JsonObject
        {
            ["subresource"] = s.Name,
            ["responseKind"] = new JsonObject { ["group"] = s.Group, ["version"] = s.Version, ["kind"] = s.Kind },
            ["verbs"] = Strings(s.Verbs),
        }).ToArray();
        if (subresources.Length > 0)
        {
            resource["subresources"] = new JsonArray(subresources);
        }

        return resource;
    }
}
