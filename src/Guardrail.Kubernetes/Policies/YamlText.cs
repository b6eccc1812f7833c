using System.Globalization;
using Guardrail.Kubernetes.Connection;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Guardrail.Kubernetes.Policies;

/// <summary>Reads YAML that a person wrote, with limits and with messages that name the place.</summary>
internal static class YamlText
{
    /// <summary>Most characters a text may have: 1,048,576.</summary>
    public const int SizeLimit = 1024 * 1024;

    // The reader of the YAML library recurses; a policy needs six levels.
    private const int DepthLimit = 64;

    /// <summary>Reads text to its end or to the limit.</summary>
    /// <exception cref="ConfigurationException">It is longer.</exception>
    public static string Read(TextReader reader, string name)
    {
        var buffer = new char[SizeLimit + 1];
        var length = reader.ReadBlock(buffer);
        return length <= SizeLimit
            ? new string(buffer, 0, length)
            : throw new ConfigurationException($"{name} is longer than 1 MB; split it into several files.");
    }

    /// <summary>The documents of a text.</summary>
    /// <exception cref="ConfigurationException">It is no YAML that is taken; the message names line and column.</exception>
    public static IEnumerable<YamlDocument> Parse(string text, string name)
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
