using Guardrail.Engine.Policies;
using Guardrail.Kubernetes.Policies;
using Microsoft.Extensions.Logging;

namespace Guardrail.Daemon.Guarding;

/// <summary>Says in the log that a policy, wherever it comes from, asks for more than Guardrail may do.</summary>
internal static partial class LimitLog
{
    /// <summary>Says it, if it is so.</summary>
    /// <param name="logger">The log.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="setting">What lowered it.</param>
    public static void Write(ILogger logger, GuardPolicy policy, string setting = AutonomyLimit.Setting)
    {
        if (policy.AskedAutonomy is { } asked)
        {
            Limited(logger, policy.Namespace, policy.Name, asked, policy.Autonomy, setting);
        }
    }

    [LoggerMessage(73, LogLevel.Warning, "The policy {Namespace}/{Name} asks for {Asked}, but this instance may do no more than {Granted} ({Setting})")]
    private static partial void Limited(ILogger logger, string @namespace, string name, Autonomy asked, Autonomy granted, string setting);
}
