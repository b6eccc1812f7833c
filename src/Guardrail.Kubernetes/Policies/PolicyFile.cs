using System.Collections.Immutable;
using System.Globalization;
using Guardrail.Engine.Policies;
using Guardrail.Kubernetes.Connection;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Guardrail.Kubernetes.Policies;

/// <summary>
/// Reads policies from YAML: one or many documents of kind GuardrailPolicy. Where two policies of a namespace select the same workload, the
/// first in the order of the file guards it.
/// </summary>
public static class PolicyFile
{
    /// <summary>Most characters a file may have: 1,048,576.</summary>
    public const int SizeLimit = 1024 * 1024;

    // The reader of the YAML library recurses; a policy needs six levels.
    private const int DepthLimit = 64;

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
        var text = ReadLimited(reader, name);
        var policies = ImmutableArray.CreateBuilder<GuardPolicy>();
        foreach (var document in Parse(text, name).Where(document => document.RootNode is not YamlScalarNode { Value: null or "" }))
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
        return text.Length > SizeLimit
            ? throw new ConfigurationException("spec is longer than 1 MB; split it into several policies.")
            : PolicyReader.Read(new YamlPlace("", "", Parse(text, "spec").Single().RootNode));
    }

    private static string ReadLimited(TextReader reader, string name)
    {
        var buffer = new char[SizeLimit + 1];
        var length = reader.ReadBlock(buffer);
        return length <= SizeLimit
            ? new string(buffer, 0, length)
            : throw new ConfigurationException($"{name} is longer than 1 MB; split it into several files.");
    }

    private static IEnumerable<YamlDocument> Parse(string text, string name)
    {
        try
        {
            CheckEvents(text, name);
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents;
        }
        catch (YamlException fault)
        {
            throw new ConfigurationException(
                string.Create(CultureInfo.InvariantCulture,
                    $"{name}({fault.Start.Line},{fault.Start.Column}): not valid YAML: {Message(fault)}."), fault);
        }
        catch (Exception fault) when (fault is not ConfigurationException)
        {
            // The library throws other exceptions for some malformed texts (an unclosed list, a stray anchor), without a place.
            throw new ConfigurationException($"{name} is not valid YAML; look for an unclosed bracket, quote or brace.", fault);
        }
    }

    /// <summary>Refuses nesting that would exhaust the stack, and aliases, which could repeat a part without end.</summary>
    private static void CheckEvents(string text, string name)
    {
        var depth = 0;
        var parser = new Parser(new StringReader(text));
        while (parser.MoveNext())
        {
            depth += parser.Current!.NestingIncrease;
            if (depth > DepthLimit)
            {
                throw YamlPlace.At(name, parser.Current.Start, $"is nested deeper than {DepthLimit} levels.");
            }

            if (parser.Current is YamlDotNet.Core.Events.AnchorAlias)
            {
                throw YamlPlace.At(name, parser.Current.Start, "uses a YAML alias (*name); write the value out.");
            }
        }
    }

    private static string Message(YamlException fault)
    {
        var message = fault.InnerException?.Message ?? fault.Message;
        return message.StartsWith("Duplicate key", StringComparison.OrdinalIgnoreCase)
            ? message.TrimEnd('.') + ", so one of the two would be lost; remove one"
            : message.TrimEnd('.');
    }
}
