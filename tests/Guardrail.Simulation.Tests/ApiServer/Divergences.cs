namespace Guardrail.Simulation.Tests.ApiServer;

/// <summary>Where the embedded server answers otherwise than the recorded one, by recording and line, and why that is accepted.</summary>
internal static class Divergences
{
    public static IReadOnlyDictionary<(string, int), string> Accepted { get; } = new Dictionary<(string, int), string>();
}
