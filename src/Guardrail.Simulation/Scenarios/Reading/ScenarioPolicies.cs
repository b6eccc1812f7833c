using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Policies;
using Guardrail.Simulation.ApiServer;
using YamlDotNet.RepresentationModel;

namespace Guardrail.Simulation.Scenarios.Reading;

/// <summary>Reads the policies of a scenario, by the reader of the daemon.</summary>
internal static class ScenarioPolicies
{
    /// <summary>The policies, their specs as JSON, and the tick that all of them get.</summary>
    public static (ImmutableArray<GuardPolicy> Policies, ImmutableArray<string> Specs, TimeSpan Tick) Read(
        YamlPlace? place, string ns, ImmutableArray<ScenarioService> services, TimeSpan? interval, string? folder)
    {
        var read = place switch
        {
            null => [new(Usual(ns), [])],
            { Node: YamlScalarNode } => FromFile(place, folder),
            { Node: YamlMappingNode spec } => Inline(place, spec, ns, folder),
            _ => throw place.Error("must be the name of a policy file, or the spec of a policy."),
        };
        var policies = read.Select(r => r.Policy).ToImmutableArray();
        if (!services.Any(s => policies.Any(p => p.Guards(new(ns, WorkloadKind.Deployment, s.Name), s.Labels))))
        {
            throw place!.Error($"guards none of the services; look at its namespace (here {ns}), kinds and selector, and at the services' labels.");
        }

        var tick = interval ?? policies.Min(p => p.Tick);
        return ([.. policies.Select(p => p with { Tick = tick })], [.. read.Select(r => Text(r, tick))], tick);
    }

    private static GuardPolicy Usual(string ns) => new() { Name = "simulated", Namespace = ns, Autonomy = Autonomy.Enforce };

    private static ImmutableArray<ReadPolicy> Inline(YamlPlace place, YamlMappingNode spec, string ns, string? folder)
    {
        var file = spec.Children.FirstOrDefault(c => c.Key is YamlScalarNode { Value: "file" });
        var rest = new YamlMappingNode(spec.Children.Where(c => c.Key != file.Key || file.Key is null));
        var fields = new YamlPlace(place.File, place.Field, rest);
        var under = file.Value is null ? [new(Usual(ns), [])] : FromFile(new(place.File, place.Field + ".file", file.Value), folder);
        return [.. under.Select(read => new ReadPolicy(PolicyReader.Spec(read.Policy, fields), Over(read.Spec, (JsonObject)YamlJson.Of(rest)!)))];
    }

    private static ImmutableArray<ReadPolicy> FromFile(YamlPlace place, string? folder)
    {
        var path = Path.Combine(folder ?? throw place.Error("names a file, which a scenario of the library cannot."), place.Text());
        return [.. PolicyFile.Load(path).Zip(PolicyFile.Specs(path), (policy, spec) => new ReadPolicy(policy, spec is null ? [] : (JsonObject)YamlJson.Of(spec)!))];
    }

    /// <summary>Fields laid over others, as the reader of policies does.</summary>
    private static JsonObject Over(JsonObject under, JsonObject fields)
    {
        var all = (JsonObject)under.DeepClone();
        foreach (var (name, value) in fields)
        {
            if (name is "falseRollbackBudget" or "fleetBudget")
            {
                all.Remove(name == "fleetBudget" ? "falseRollbackBudget" : "fleetBudget");
            }

            all[name] = name == "workloads" && all[name] is JsonObject workloads && value is JsonObject more
                ? new JsonObject([.. workloads.Where(w => !more.ContainsKey(w.Key)).Concat(more).Select(w => KeyValuePair.Create(w.Key, w.Value?.DeepClone()))])
                : value?.DeepClone();
        }

        return all;
    }

    /// <summary>Without an autonomy of its own a scenario's policy enforces.</summary>
    private static string Text(ReadPolicy read, TimeSpan tick)
    {
        var spec = read.Spec;
        spec["autonomy"] = read.Policy.Autonomy.ToString();
        spec["tick"] = string.Create(CultureInfo.InvariantCulture, $"{tick.TotalMilliseconds:0}ms");
        return spec.ToJsonString(JsonSerializerOptions.Default);
    }

    private sealed record ReadPolicy(GuardPolicy Policy, JsonObject Spec);
}
