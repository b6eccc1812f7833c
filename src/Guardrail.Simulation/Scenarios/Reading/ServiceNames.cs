using Guardrail.Kubernetes.Policies;

namespace Guardrail.Simulation.Scenarios.Reading;

/// <summary>The services of a scenario by the names that its file uses: one, or all copies.</summary>
internal sealed class ServiceNames(IReadOnlyList<ScenarioService> services)
{
    private readonly string[] groups = [.. services.Select(s => s.Group).Distinct()];

    public IEnumerable<string> All => services.Select(s => s.Name);

    /// <summary>The services that a name stands for.</summary>
    public IReadOnlyList<string> Expand(YamlPlace place)
    {
        var name = place.Text();
        string[] found = [.. services.Where(s => s.Name == name || s.Group == name).Select(s => s.Name)];
        return found.Length > 0 ? found : throw place.Error($"is \"{name}\", which is no service here; {Suggestion.For(name, groups)}");
    }

    /// <summary>The one service that a name stands for.</summary>
    public string One(YamlPlace place) => Expand(place) is [var only]
        ? only
        : throw place.Error($"is \"{place.Text()}\", which stands for several copies; name one, such as {place.Text()}-1.");
}
