namespace Guardrail.Detection.Guarding;

/// <summary>What Guardrail decided in one run.</summary>
/// <param name="RolledBackAt">Seconds since the start of the rollout at which it was taken back; null when it was not.</param>
/// <param name="HeldAt">Seconds to the first hold; null when there was none.</param>
/// <param name="PagedAt">Seconds to the first call for a person; null when there was none.</param>
/// <param name="Reason">Why it was taken back, or else what was believed at the end, for people.</param>
public readonly record struct GuardOutcome(double? RolledBackAt, double? HeldAt, double? PagedAt, string Reason);
