using System.Globalization;
using Guardrail.Kubernetes.Connection;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Guardrail.Kubernetes.Policies;

/// <summary>A node of a policy file and the way to it, for messages that name file, line, column and field.</summary>
/// <param name="File">The file, as the user named it; empty for an object of the cluster, which has no lines.</param>
/// <param name="Field">The way to the node, such as <c>spec.pacing.stepPercents</c>.</param>
/// <param name="Node">The node.</param>
internal sealed record YamlPlace(string File, string Field, YamlNode Node)
{
    /// <summary>The error to throw for this node.</summary>
    public ConfigurationException Error(string message) => At(File, Node.Start, Field.Length == 0 ? message : $"{Field} {message}");

    /// <summary>The error to throw for a place of the file.</summary>
    public static ConfigurationException At(string file, Mark mark, string message) => file.Length == 0
        ? new(message)
        : new(string.Create(CultureInfo.InvariantCulture, $"{file}({mark.Line},{mark.Column}): {message}"));

    /// <summary>The text of a scalar.</summary>
    public string Text() => Node is YamlScalarNode { Value: { Length: > 0 } text } && !IsNull
        ? text
        : throw Error("must be a text, and not be empty.");

    /// <summary>Whether the node is a plain null or nothing at all.</summary>
    public bool IsNull => Node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" };

    /// <summary>The items of a list.</summary>
    public IEnumerable<YamlPlace> Items() => Node is YamlSequenceNode list
        ? list.Children.Select((item, number) =>
            new YamlPlace(File, string.Create(CultureInfo.InvariantCulture, $"{Field}[{number}]"), item))
        : throw Error("must be a list, written [a, b] or as lines that begin with \"- \".");
}
