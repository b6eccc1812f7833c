using System.Collections.Immutable;
using Guardrail.Engine.Policies;
using Guardrail.Kubernetes.Connection;
using YamlDotNet.RepresentationModel;

namespace Guardrail.Kubernetes.Policies;

/// <summary>
/// Reads policies from YAML: one or many documents of kind GuardrailPolicy. Where two policies of a namespace select the same workload, the
/// first in the order of the file guards it.
/// </summary>
public static class PolicyFile
{
    /// <summary>Most characters a file may have: 1,048,576.</summary>
    public const int SizeLimit = YamlText.SizeLimit;

    /// <summary>Reads a file.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="ConfigurationException">The file cannot be read or holds a mistake; the message names line, column and
    /// field.</exception>
    public static ImmutableArray<GuardPolicy> Load(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            return Load(reader, path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"The policy file {path} cannot be read: {fault.Message.TrimEnd('.')}.", fault);
        }
    }

    /// <summary>Reads text.</summary>
    /// <param name="reader">The text, read to its end or to the limit.</param>
    /// <param name="name">Name of the text in messages.</param>
    /// <exception cref="ConfigurationException">The text holds a mistake; the message names line, column and field.</exception>
    public static ImmutableArray<GuardPolicy> Load(TextReader reader, string name)
    {
        var text = YamlText.Read(reader, name);
        var policies = ImmutableArray.CreateBuilder<GuardPolicy>();
        foreach (var document in Documents(text, name))
        {
            var policy = PolicyReader.Read(new YamlPlace(name, "", document.RootNode));
            if (policies.Any(known => known.Name == policy.Name && known.Namespace == policy.Namespace))
            {
                throw YamlPlace.At(
                    name, document.RootNode.Start,
                        $"metadata.name {policy.Namespace}/{policy.Name} is there already in this file; give one of them another name.");
            }

            policies.Add(policy);
        }

        return policies.Count > 0
            ? policies.DrainToImmutable()
            : throw new ConfigurationException(
                $"{name} holds no policy; write one document of kind {PolicyReader.Kind} ({PolicyReader.ApiVersion}).");
    }

    /// <summary>The specs of the policies of a file that holds no mistake, as they stand there, in the order of <see cref="Load(string)"/>; null for one without.</summary>
    internal static IEnumerable<YamlNode?> Specs(string path)
    {
        using var reader = new StreamReader(path);
        return [.. Documents(YamlText.Read(reader, path), path).Select(document =>
            ((YamlMappingNode)document.RootNode).Children.FirstOrDefault(c => c.Key is YamlScalarNode { Value: "spec" }).Value)];
    }

    /// <summary>Reads a GuardrailPolicy as the API server hands it out.</summary>
    /// <param name="namespace">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="spec">Its spec, as JSON; null or "null" when it has none.</param>
    /// <exception cref="ConfigurationException">It holds a mistake; the message names the field, as in a file.</exception>
    internal static GuardPolicy Read(string @namespace, string name, string? spec)
    {
        var document = new System.Text.Json.Nodes.JsonObject
        {
            ["apiVersion"] = PolicyReader.ApiVersion,
            ["kind"] = PolicyReader.Kind,
            ["metadata"] = new System.Text.Json.Nodes.JsonObject { ["name"] = name, ["namespace"] = @namespace },
            ["spec"] = spec is null ? null : System.Text.Json.Nodes.JsonNode.Parse(spec),
        };
        var text = document.ToJsonString(System.Text.Json.JsonSerializerOptions.Default);
        return text.Length > YamlText.SizeLimit
            ? throw new ConfigurationException("spec is longer than 1 MB; split it into several policies.")
            : PolicyReader.Read(new YamlPlace("", "", YamlText.Parse(text, "spec").Single().RootNode));
    }

    private static IEnumerable<YamlDocument> Documents(string text, string name) =>
        YamlText.Parse(text, name).Where(document => document.RootNode is not YamlScalarNode { Value: null or "" });
}
