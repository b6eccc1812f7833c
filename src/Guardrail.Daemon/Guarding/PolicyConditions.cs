using System.Collections.Immutable;
using Guardrail.Kubernetes.Policies;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Daemon.Guarding;

/// <summary>What became of a policy, as conditions of its status.</summary>
internal static class PolicyConditions
{
    /// <summary>The conditions that a status had, with those that are told here as they are now.</summary>
    /// <param name="before">The conditions that it had.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="now">Now.</param>
    public static ImmutableArray<RecordCondition> Set(ImmutableArray<RecordCondition> before, PolicyStanding policy, DateTimeOffset now) =>
        RecordCondition.Set(RecordCondition.Set(before, Ready(policy, now)), Limited(policy, now));

    private static RecordCondition Ready(PolicyStanding policy, DateTimeOffset now)
    {
        var generation = policy.Newest.Generation;
        return policy.Newest.Problem is not { } problem
            ? RecordCondition.Make(RolloutConditions.Ready, true, "InForce", "The policy is valid and in force.", now, generation)
            : RecordCondition.Make(
                RolloutConditions.Ready, false, "Invalid",
                problem.TrimEnd('.') + (policy.IsOutdated ? ". The last valid version stays in force." : ". It guards nothing."), now, generation);
    }

    private static RecordCondition Limited(PolicyStanding policy, DateTimeOffset now)
    {
        var (isLimited, reason, message) = policy.InForce switch
        {
            { AskedAutonomy: { } asked, Autonomy: var granted } => (true, "AutonomyCeiling", "The policy " + AutonomyLimit.Of(asked, granted)),
            { } => (false, "WithinCeiling", "Guardrail may do what the policy asks for."),
            _ => (false, "NotInForce", "No version of the policy is in force."),
        };
        return RecordCondition.Make(RolloutConditions.Limited, isLimited, reason, message, now, policy.Newest.Generation);
    }
}
