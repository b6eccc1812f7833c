using Microsoft.Extensions.Logging;

namespace Guardrail.Daemon.Hosting;

/// <summary>What the host says of its start.</summary>
internal static partial class HostLog
{
    [LoggerMessage(40, LogLevel.Information, "Started on Kubernetes {Version} ({Connection}) with {Policies} policies; status page, health and metrics at {Address}")]
    public static partial void Started(ILogger logger, string version, string connection, int policies, string address);

    [LoggerMessage(41, LogLevel.Warning, "Started without metrics, and judges no rollout until they come: {Finding}")]
    public static partial void MetricsUnreachable(ILogger logger, string finding);

    [LoggerMessage(43, LogLevel.Warning, "{Finding}")]
    public static partial void Unrecorded(ILogger logger, string finding);

    [LoggerMessage(44, LogLevel.Warning, "A policy has contest.action Refuse, but this instance answers no questions of the API server; name an address with --admission-listen")]
    public static partial void NobodyRefuses(ILogger logger);

    [LoggerMessage(42, LogLevel.Information, "{Finding}")]
    public static partial void MetricsReady(ILogger logger, string finding);
}
