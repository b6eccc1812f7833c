namespace Guardrail.Detection.Cells;

/// <summary>Something good that requests lead to, such as orders.</summary>
/// <param name="PerRequest">Share of the requests that do not fail which lead to it, above 0 and below 1.</param>
public sealed record BusinessEvents(double PerRequest);
