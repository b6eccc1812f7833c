using System.Collections.Immutable;
using System.Text.Json;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Kubernetes.Configuration;

/// <summary>Finds the ConfigMaps and Secrets that a pod template names: in env, envFrom, volumes and projected volumes, of all its containers.</summary>
internal static class ConfigurationReferences
{
    /// <summary>Most that are looked at in one template; a template that names more has the rest left out.</summary>
    public const int Limit = 64;

    /// <summary>Every cluster puts it into every namespace; it belongs to no release.</summary>
    private const string RootCertificates = "kube-root-ca.crt";

    /// <summary>The references, each once, in the order of their names.</summary>
    /// <param name="template">A PodTemplateSpec.</param>
    public static ImmutableArray<ConfigurationReference> Of(JsonElement template)
    {
        var spec = template.Field("spec");
        var containers = spec.Items("containers").Concat(spec.Items("initContainers"));
        return
        [
            .. containers.SelectMany(OfContainer).Concat(spec.Items("volumes").SelectMany(OfVolume))
                .Where(reference => reference.Name is { Length: > 0 } and not RootCertificates)
                .Distinct().OrderBy(reference => reference.Kind).ThenBy(reference => reference.Name, StringComparer.Ordinal).Take(Limit),
        ];
    }

    private static IEnumerable<ConfigurationReference> OfContainer(JsonElement container)
    {
        foreach (var variable in container.Items("env"))
        {
            yield return new(ConfigurationKind.ConfigMap, NameIn(variable.Field("valueFrom").Field("configMapKeyRef")));
            yield return new(ConfigurationKind.Secret, NameIn(variable.Field("valueFrom").Field("secretKeyRef")));
        }

        foreach (var source in container.Items("envFrom"))
        {
            yield return new(ConfigurationKind.ConfigMap, NameIn(source.Field("configMapRef")));
            yield return new(ConfigurationKind.Secret, NameIn(source.Field("secretRef")));
        }
    }

    private static IEnumerable<ConfigurationReference> OfVolume(JsonElement volume)
    {
        yield return new(ConfigurationKind.ConfigMap, NameIn(volume.Field("configMap")));
        yield return new(ConfigurationKind.Secret, volume.Field("secret").Text("secretName") ?? "");
        foreach (var source in volume.Field("projected").Items("sources"))
        {
            yield return new(ConfigurationKind.ConfigMap, NameIn(source.Field("configMap")));
            yield return new(ConfigurationKind.Secret, NameIn(source.Field("secret")));
        }
    }

    private static string NameIn(JsonElement source) => source.Text("name") ?? "";
}
