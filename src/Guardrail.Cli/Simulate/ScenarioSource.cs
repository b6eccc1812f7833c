using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Policies;
using Guardrail.Simulation.Scenarios;

namespace Guardrail.Cli.Simulate;

/// <summary>Finds a scenario: a file, or one of the library.</summary>
internal static class ScenarioSource
{
    /// <summary>Loads it.</summary>
    /// <param name="name">A path, or a name of the library; what looks like a path or exists as a file is one.</param>
    /// <exception cref="ConfigurationException">There is none, or it holds a mistake.</exception>
    public static Scenario Load(string name) => IsPath(name) ? ScenarioFile.Load(name) : ScenarioLibrary.Load(name) ?? throw Unknown(name);

    /// <summary>The text of a scenario that <see cref="Load"/> loads.</summary>
    /// <param name="name">A path, or a name of the library.</param>
    /// <exception cref="ConfigurationException">There is none.</exception>
    public static string Text(string name)
    {
        try
        {
            return IsPath(name) ? File.ReadAllText(name) : ScenarioLibrary.Text(name) ?? throw Unknown(name);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"The scenario file {name} cannot be read: {fault.Message.TrimEnd('.')}.", fault);
        }
    }

    /// <summary>What to say of a name that the library does not have.</summary>
    public static ConfigurationException Unknown(string name) =>
        new($"there is no scenario '{name}'; {Suggestion.For(name, [.. ScenarioLibrary.Names])}");

    private static bool IsPath(string name) =>
        File.Exists(name) || name.Contains('/', StringComparison.Ordinal) || name.EndsWith(".yaml", StringComparison.Ordinal) || name.EndsWith(".yml", StringComparison.Ordinal);
}
