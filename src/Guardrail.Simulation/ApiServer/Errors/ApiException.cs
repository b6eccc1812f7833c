using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>A refused request, with everything that the <c>Status</c> body of the answer says.</summary>
/// <param name="code">HTTP status, 400 to 599.</param>
/// <param name="reason">Machine readable reason (<c>NotFound</c>); empty where a real server sends none.</param>
/// <param name="message">What is wrong, as a real server says it.</param>
/// <param name="details">Details of the Status; null when a real server sends none.</param>
public sealed class ApiException(int code, string reason, string message, JsonObject? details = null) : Exception(message)
{
    /// <summary>HTTP status.</summary>
    public int Code { get; } = code;

    /// <summary>Machine readable reason; may be empty.</summary>
    public string Reason { get; } = reason;

    /// <summary>Details; null when there are none. Not to be changed.</summary>
    public JsonObject? Details { get; } = details;

    /// <summary>Value of the Retry-After header in seconds; null for none.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>The body of the answer.</summary>
    public JsonObject ToStatus()
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = Message,
        };
        if (Reason.Length > 0)
        {
            status["reason"] = Reason;
        }

        if (Details is not null)
        {
            status["details"] = Details.DeepClone();
        }

        status["code"] = Code;
        return status;
    }
}
