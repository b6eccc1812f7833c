using System.Text.Json;

namespace Guardrail.Kubernetes.Connection;

/// <summary>The API server answered a request with an error, as an HTTP status or as a Status object within a watch.</summary>
public sealed class ApiException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="code">HTTP status, or the code of the Status object.</param>
    /// <param name="message">The server's message.</param>
    /// <param name="reason">The server's one-word reason, such as <c>Expired</c>; null when it gave none.</param>
    /// <param name="retryAfter">How long the server asks to wait; null when it does not ask.</param>
    /// <param name="namesObject">Whether the answer's details name an object; those of a failed JSON Patch operation do not.</param>
    public ApiException(int code, string message, string? reason = null, TimeSpan? retryAfter = null, bool namesObject = false)
        : base(message) => (Code, Reason, RetryAfter, NamesObject) = (code, reason, retryAfter, namesObject);

    /// <summary>HTTP status, or the code of the Status object.</summary>
    public int Code { get; }

    /// <summary>The server's one-word reason; null when it gave none.</summary>
    public string? Reason { get; }

    /// <summary>How long the server asks to wait; null when it does not ask.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>Whether the answer's details name an object.</summary>
    public bool NamesObject { get; }

    /// <summary>Whether the server no longer has the resourceVersion asked for: list again.</summary>
    public bool IsExpired => Code == 410;

    /// <summary>Whether RBAC (and not an admission plugin) refused the request.</summary>
    public bool IsMissingPermission => Code == 403 && Message.Contains("\" cannot ", StringComparison.Ordinal);

    /// <summary>Whether an admission webhook or policy refused the write.</summary>
    public bool IsAdmissionDenial => Message.Contains("denied the request", StringComparison.Ordinal) || Code == 403;

    /// <summary>Whether the same request may succeed later: 429, every 5xx, and 408.</summary>
    public bool IsTransient => Code is 408 or 429 or (>= 500 and < 600);

    /// <summary>Reads a Status object.</summary>
    internal static ApiException FromStatus(JsonElement status, int code, TimeSpan? retryAfter)
    {
        var details = status.Field("details");
        retryAfter ??= details.Number("retryAfterSeconds") is { } seconds and > 0 ? TimeSpan.FromSeconds(seconds) : null;
        return new ApiException(
            (int)(status.Number("code") ?? code),
            status.Text("message") ?? $"HTTP {code}",
            status.Text("reason"),
            retryAfter,
            details.Text("name") is not null);
    }
}
