using System.Collections.Immutable;

namespace Guardrail.Simulation.Scenarios;

/// <summary>The scenarios that come with Guardrail: the files of samples/scenarios.</summary>
public static class ScenarioLibrary
{
    private const string Prefix = "scenarios/";

    /// <summary>Names of all scenarios, in order.</summary>
    public static ImmutableArray<string> Names { get; } =
    [
        .. typeof(ScenarioLibrary).Assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(n => n[Prefix.Length..]).Order(StringComparer.Ordinal),
    ];

    /// <summary>Text of a scenario; null when there is none of that name.</summary>
    /// <param name="name">Its name.</param>
    public static string? Text(string name)
    {
        using var stream = typeof(ScenarioLibrary).Assembly.GetManifestResourceStream(Prefix + name);
        if (stream is null)
        {
            return null;
        }

        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>A scenario; null when there is none of that name.</summary>
    /// <param name="name">Its name.</param>
    public static Scenario? Load(string name) => Text(name) is { } text ? ScenarioFile.Load(new StringReader(text), name + ".yaml") : null;
}
