using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Policies;
using Guardrail.Simulation.Scenarios.Reading;
using YamlDotNet.RepresentationModel;

namespace Guardrail.Simulation.Scenarios;

/// <summary>Reads scenarios from YAML.</summary>
public static class ScenarioFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="ConfigurationException">The file cannot be read or holds a mistake; the message names file, line, column and field.</exception>
    public static Scenario Load(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            return Load(reader, path, Path.GetDirectoryName(Path.GetFullPath(path)));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"The scenario file {path} cannot be read: {fault.Message.TrimEnd('.')}.", fault);
        }
    }

    /// <summary>Reads text.</summary>
    /// <param name="reader">The text, read to its end or to the limit of 1 MB.</param>
    /// <param name="name">Name of the text in messages.</param>
    /// <param name="folder">Folder of the files that it names; null when it may name none.</param>
    /// <exception cref="ConfigurationException">The text holds a mistake; the message names line, column and field.</exception>
    public static Scenario Load(TextReader reader, string name, string? folder = null)
    {
        var text = YamlText.Read(reader, name);
        var documents = YamlText.Parse(text, name).Where(d => d.RootNode is not YamlScalarNode { Value: null or "" }).ToArray();
        return documents switch
        {
            [var only] => ScenarioReader.Read(new YamlPlace(name, "", only.RootNode), Story(text), folder),
            [] => throw new ConfigurationException($"{name} holds no scenario; guardrail simulate --init writes one to begin with."),
            [_, var second, ..] => throw YamlPlace.At(name, second.RootNode.Start, "is a second document; write one scenario per file."),
        };
    }

    /// <summary>The comment at the head of a file, without the line for editors.</summary>
    internal static string Story(string text) => string.Join('\n', text.Split('\n')
        .TakeWhile(line => line.StartsWith('#'))
        .Where(line => !line.Contains("yaml-language-server", StringComparison.Ordinal))
        .Select(line => line.TrimStart('#').Trim())).Trim();
}
