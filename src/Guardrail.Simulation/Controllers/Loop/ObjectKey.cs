namespace Guardrail.Simulation.Controllers.Loop;

/// <summary>Names one object of a kind that a controller works on.</summary>
/// <param name="Namespace">Namespace.</param>
/// <param name="Name">Name.</param>
public readonly record struct ObjectKey(string Namespace, string Name);
