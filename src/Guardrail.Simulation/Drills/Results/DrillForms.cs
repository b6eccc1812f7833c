namespace Guardrail.Simulation.Drills;

/// <summary>Every field of a drill's file, by mapping.</summary>
internal static class DrillForms
{
    public static readonly string[] Result =
        ["apiVersion", "kind", "startedAt", "version", "scenario", "seed", "begins", "length", "guardrail", "speed", "live", "participants", "lead", "endedAt", "steps", "score"];

    public static readonly string[] Scenario = ["name", "source", "sha256"];
    public static readonly string[] Step = ["at", "by", "say"];
    public static readonly string[] Score = ["trouble", "hurtAt", "detected", "decided", "mitigated", "wrong", "rollouts", "paged", "asked", "requests"];
    public static readonly string[] Milestone = ["at", "took", "by", "what"];
    public static readonly string[] Wrong = ["at", "by", "what", "why"];
    public static readonly string[] Rollout = ["service", "from", "to", "isHealthy", "begunAt", "firstBadAt", "lastBadAt", "ended", "badRequests"];
    public static readonly string[] Requests = ["all", "spoilt", "guardrailAlone", "nobody"];
}
