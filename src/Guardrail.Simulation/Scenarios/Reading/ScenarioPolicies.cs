using System.Collections.Immutable;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Policies;
using YamlDotNet.RepresentationModel;

namespace Guardrail.Simulation.Scenarios.Reading;

/// <summary>Reads the policies of a scenario, by the reader of the daemon.</summary>
internal static class ScenarioPolicies
{
    /// <summary>The policies, and the tick that all of them get.</summary>
    public static (ImmutableArray<GuardPolicy> Policies, TimeSpan Tick) Read(
        YamlPlace? place, string ns, ImmutableArray<ScenarioService> services, TimeSpan? interval, string? folder)
    {
        var policies = place switch
        {
            null => [Usual(ns)],
            { Node: YamlScalarNode } => FromFile(place, folder),
            { Node: YamlMappingNode spec } => Inline(place, spec, ns, folder),
            _ => throw place.Error("must be the name of a policy file, or the spec of a policy."),
        };
        if (!services.Any(s => policies.Any(p => p.Guards(new(ns, WorkloadKind.Deployment, s.Name), s.Labels))))
        {
            throw place!.Error($"guards none of the services; look at its namespace (here {ns}), kinds and selector, and at the services' labels.");
        }

        var tick = interval ?? policies.Min(p => p.Tick);
        return ([.. policies.Select(p => p with { Tick = tick })], tick);
    }

    private static GuardPolicy Usual(string ns) => new() { Name = "simulated", Namespace = ns, Autonomy = Autonomy.Enforce };

    private static ImmutableArray<GuardPolicy> Inline(YamlPlace place, YamlMappingNode spec, string ns, string? folder)
    {
        var file = spec.Children.FirstOrDefault(c => c.Key is YamlScalarNode { Value: "file" });
        var rest = new YamlMappingNode(spec.Children.Where(c => c.Key != file.Key || file.Key is null));
        var fields = new YamlPlace(place.File, place.Field, rest);
        return file.Value is null
            ? [PolicyReader.Spec(Usual(ns), fields)]
            : [.. FromFile(new(place.File, place.Field + ".file", file.Value), folder).Select(policy => PolicyReader.Spec(policy, fields))];
    }

    private static ImmutableArray<GuardPolicy> FromFile(YamlPlace place, string? folder) =>
        PolicyFile.Load(Path.Combine(folder ?? throw place.Error("names a file, which a scenario of the library cannot."), place.Text()));
}
