namespace Guardrail.Simulation.ApiServer;

/// <summary>The rules of the built-in kinds.</summary>
internal static class BuiltInRules
{
    public static ResourceRules For(ResourceType type) => type.Plural switch
    {
        _ => ResourceRules.None,
    };
}
