namespace Guardrail.Engine.Safety;

/// <summary>Why a rollback is not carried out although it was decided.</summary>
/// <param name="Name">Short name, for the decision's id.</param>
/// <param name="Reason">The reason, for people.</param>
internal sealed record Objection(string Name, string Reason);
