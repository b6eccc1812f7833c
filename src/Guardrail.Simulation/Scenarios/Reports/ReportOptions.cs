namespace Guardrail.Simulation.Scenarios.Reports;

/// <summary>What a report says of how it was made.</summary>
/// <param name="Command">The command that makes it again: <c>guardrail simulate march-checkout-outage --seed 1 --report march.html</c>.</param>
/// <param name="Version">Version of Guardrail that played it.</param>
public sealed record ReportOptions(string Command, string Version);
