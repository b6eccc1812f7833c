using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Defaults and checks of pod specs, alone and in templates.</summary>
internal static class PodTemplateDefaults
{
    public static void Apply(JsonObject? spec)
    {
        if (spec is null)
        {
            return;
        }

        foreach (var list in new[] { "containers", "initContainers" })
        {
            foreach (var container in (spec[list] as JsonArray)?.OfType<JsonObject>() ?? [])
            {
                Container(container);
            }
        }

        foreach (var volume in (spec["volumes"] as JsonArray)?.OfType<JsonObject>() ?? [])
        {
            foreach (var source in new[] { "configMap", "secret", "projected" })
            {
                if (volume[source] is JsonObject described)
                {
                    Default(described, "defaultMode", 420);
                }
            }
        }

        Default(spec, "restartPolicy", "Always");
        Default(spec, "terminationGracePeriodSeconds", 30);
        Default(spec, "dnsPolicy", "ClusterFirst");
        if ((string?)spec["serviceAccountName"] is { Length: > 0 } account)
        {
            Default(spec, "serviceAccount", account);
        }

        Default(spec, "securityContext", new JsonObject());
        Default(spec, "schedulerName", "default-scheduler");
    }

    public static IEnumerable<FieldError> Check(JsonObject? spec, string path)
    {
        if (spec?["containers"] is not JsonArray { Count: > 0 } containers)
        {
            yield return FieldError.Required($"{path}.containers");
            yield break;
        }

        for (var i = 0; i < containers.Count; i++)
        {
            var at = FormattableString.Invariant($"{path}.containers[{i}]");
            if (string.IsNullOrEmpty((string?)containers[i]?["name"]))
            {
                yield return FieldError.Required($"{at}.name");
            }

            if (string.IsNullOrEmpty((string?)containers[i]?["image"]))
            {
                yield return FieldError.Required($"{at}.image");
            }
        }
    }

    private static void Container(JsonObject container)
    {
        foreach (var port in (container["ports"] as JsonArray)?.OfType<JsonObject>() ?? [])
        {
            Default(port, "protocol", "TCP");
        }

        Default(container, "resources", new JsonObject());
        Default(container, "terminationMessagePath", "/dev/termination-log");
        Default(container, "terminationMessagePolicy", "File");
        var image = (string?)container["image"] ?? "";
        var tag = image[(image.LastIndexOf('/') + 1)..];
        var latest = tag.EndsWith(":latest", StringComparison.Ordinal) || !(tag.Contains(':', StringComparison.Ordinal)
            || tag.Contains('@', StringComparison.Ordinal));
        Default(container, "imagePullPolicy", latest ? "Always" : "IfNotPresent");
        foreach (var probe in new[] { "livenessProbe", "readinessProbe", "startupProbe" })
        {
            if (container[probe] is JsonObject described)
            {
                Default(described, "timeoutSeconds", 1);
                Default(described, "periodSeconds", 10);
                Default(described, "successThreshold", 1);
                Default(described, "failureThreshold", 3);
                if (described["httpGet"] is JsonObject http)
                {
                    Default(http, "scheme", "HTTP");
                }
            }
        }

        foreach (var variable in (container["env"] as JsonArray)?.OfType<JsonObject>() ?? [])
        {
            if (variable["valueFrom"]?["fieldRef"] is JsonObject field)
            {
                Default(field, "apiVersion", "v1");
            }
        }
    }

    private static void Default(JsonObject map, string key, JsonNode value)
    {
        if (map[key] is null)
        {
            map[key] = value;
        }
    }
}
