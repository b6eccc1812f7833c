using Guardrail.Engine.Policies;

namespace Guardrail.Kubernetes.Policies;

/// <summary>That a policy asks for more than Guardrail may do, in words.</summary>
public static class AutonomyLimit
{
    /// <summary>Where the most that it may do is set.</summary>
    public const string Setting = "--autonomy-ceiling, in the chart autonomyCeiling";

    /// <summary>The sentence, without its subject, which is the policy.</summary>
    /// <param name="asked">What the policy asks for.</param>
    /// <param name="ceiling">The most that Guardrail may do.</param>
    public static string Of(Autonomy asked, Autonomy ceiling) => $"asks for {asked}, but Guardrail may do no more than {ceiling} here ({Setting}).";
}
