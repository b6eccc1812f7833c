using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Policies;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Guardrail.Cli.Sidecar;

/// <summary>A workload of a manifest, as far as the sidecar needs to know it.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="ServiceAccount">The account that its pods have; null when they have the namespace's default one.</param>
/// <param name="PodSpec">spec.template.spec.</param>
/// <param name="Containers">Its containers: a list in block style.</param>
/// <param name="InitContainers">Its init containers; null when it has none.</param>
internal sealed record InjectedWorkload(
    WorkloadKind Kind, string Namespace, string Name, string? ServiceAccount, YamlPlace PodSpec, YamlPlace Containers, YamlPlace? InitContainers)
{
    /// <summary>Name of the container.</summary>
    public const string ContainerName = "guardrail";

    /// <summary>Column of the keys of the pod spec, from 0.</summary>
    public int KeyColumn => (int)((YamlMappingNode)PodSpec.Node).Children.Keys.First().Start.Column - 1;

    /// <summary>Whether the sidecar is the last container of its list.</summary>
    public bool HasSidecar(bool native) => NameOf(((YamlSequenceNode)(native ? InitContainers : Containers)!.Node).Children[^1]) == ContainerName;

    /// <summary>Reads a document; null when it is no workload that can be guarded.</summary>
    /// <param name="document">The document.</param>
    /// <param name="namespace">Namespace when the document names none; null for none.</param>
    /// <param name="hasSidecar">Whether a container of that name may be there.</param>
    /// <exception cref="Kubernetes.Connection.ConfigurationException">It is one, and cannot be added to; the message names line and column.</exception>
    public static InjectedWorkload? Read(YamlPlace document, string? @namespace, bool hasSidecar = false)
    {
        if (Scalar(document, "apiVersion") != "apps/v1" || !Enum.TryParse<WorkloadKind>(Scalar(document, "kind"), out var kind) || !Enum.IsDefined(kind))
        {
            return null;
        }

        var metadata = Block(Required(document, "metadata"), "metadata");
        var name = Scalar(metadata, "name") ?? throw metadata.Error("has no name; the Role of the sidecar must name the workload.");
        RequireName(Child(metadata, "name")!, name);
        var space = Scalar(metadata, "namespace") ?? @namespace ?? throw metadata.Error(
            "has no namespace, which the RoleBinding of the sidecar must name; write it there or give --namespace.");
        RequireName(Child(metadata, "namespace") ?? metadata, space);
        var pod = document;
        foreach (var part in new[] { "spec", "template", "spec" })
        {
            pod = Block(Required(pod, part), part);
        }

        if (Scalar(pod, "automountServiceAccountToken") == "false")
        {
            throw Child(pod, "automountServiceAccountToken")!.Error("is false, but the sidecar needs the pod's token; remove it or guard this workload from outside.");
        }

        var (containers, init) = (List(Required(pod, "containers")), Child(pod, "initContainers") is { } list ? List(list) : null);
        foreach (var container in containers.Items().Concat(init?.Items() ?? []))
        {
            if (!hasSidecar && NameOf(container.Node) == ContainerName)
            {
                throw container.Error($"is named {ContainerName}, without the marks by which inject knows its own; remove the container and its Role by hand.");
            }
        }

        return new(kind, space, name, Scalar(pod, "serviceAccountName") ?? Scalar(pod, "serviceAccount"), pod, containers, init);
    }

    private static YamlPlace Required(YamlPlace place, string key) =>
        Child(place, key) ?? throw place.Error($"{(place.Field.Length == 0 ? "the workload " : "")}has no {key}; it is no complete workload.");

    private static YamlPlace? Child(YamlPlace place, string key)
    {
        if (place.Node is YamlMappingNode mapping)
        {
            foreach (var (name, value) in mapping.Children)
            {
                if (name is YamlScalarNode { Value: { } text } && text == key)
                {
                    return new(place.File, place.Field.Length == 0 ? key : $"{place.Field}.{key}", value);
                }
            }
        }

        return null;
    }

    private static YamlPlace Block(YamlPlace place, string key) => place.Node is YamlMappingNode { Style: not MappingStyle.Flow, Children.Count: > 0 }
        ? place
        : throw place.Error($"must be written as a block of lines below \"{key}:\", not in braces, so that lines can be added.");

    private static YamlPlace List(YamlPlace place) => place.Node is YamlSequenceNode { Style: not SequenceStyle.Flow, Children.Count: > 0 }
        ? place
        : throw place.Error("must be a list of lines that begin with \"- \", not in brackets and not empty, so that lines can be added.");

    private static void RequireName(YamlPlace place, string name)
    {
        if (name.Length > 253 || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.'))
        {
            throw place.Error("must be the name of a Kubernetes object: lower case letters, digits, dashes and dots.");
        }
    }

    private static string? Scalar(YamlPlace place, string key) => (Child(place, key)?.Node as YamlScalarNode)?.Value is { Length: > 0 } text ? text : null;

    private static string? NameOf(YamlNode container) => Scalar(new YamlPlace("", "", container), "name");
}
