namespace Guardrail.Detection.Cells;

/// <summary>Another guarded service of the same cluster, whose trouble or calm tells whose fault something is.</summary>
/// <param name="Name">Name of its workload, unlike any other in the cell.</param>
/// <param name="Cell">Its traffic, rollout and disturbances; as long as the cell it belongs to, and scraped as often.</param>
public sealed record Neighbour(string Name, Cell Cell);
