using System.Text.Json.Nodes;

namespace Guardrail.Simulation.Tests.Controllers;

/// <summary>Applies the bodies of recorded patches.</summary>
internal static class Merges
{
    /// <summary>A merge patch that merges the one container by its name, enough for the recorded requests.</summary>
    public static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (key, value) in patch)
        {
            if (value is null)
            {
                target.Remove(key);
            }
            else if (value is JsonObject inner)
            {
                Merge((JsonObject)(target[key] ??= new JsonObject()), inner);
            }
            else if (key == "containers")
            {
                Merge((JsonObject)target[key]![0]!, (JsonObject)value[0]!);
            }
            else
            {
                target[key] = value.DeepClone();
            }
        }
    }
}
