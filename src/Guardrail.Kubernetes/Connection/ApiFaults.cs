using System.Text.Json;

namespace Guardrail.Kubernetes.Connection;

/// <summary>Says in one sentence why a request failed.</summary>
public static class ApiFaults
{
    /// <summary>Whether the fault comes from the cluster or the way to it, and not from a mistake in this program.</summary>
    public static bool IsOne(Exception fault) =>
        fault is ApiException or HttpRequestException or IOException or JsonException or OperationCanceledException
            or System.Security.Authentication.AuthenticationException or k8s.Exceptions.KubernetesClientException;

    /// <summary>The sentence.</summary>
    /// <param name="fault">What was thrown.</param>
    /// <param name="limit">Time limit of the request, for the case that it ran out.</param>
    public static string Describe(Exception fault, TimeSpan limit) => fault switch
    {
        ApiException { Code: 401 } => "The API server does not accept the credentials (401); log in again or renew the token.",
        ApiException api => $"The API server answered {api.Code}: {api.Message.TrimEnd('.', '\n', ' ')}.",
        OperationCanceledException => $"The API server did not answer within {limit.TotalSeconds:0} s.",
        JsonException => "The API server's answer was no valid JSON of the expected kind: " + fault.Message,
        HttpRequestException { InnerException: { } inner } => $"The API server cannot be reached: {inner.Message.TrimEnd('.')}.",
        _ => $"The API server cannot be reached: {fault.Message.TrimEnd('.')}.",
    };
}
