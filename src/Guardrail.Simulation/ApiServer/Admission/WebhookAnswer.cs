using System.Text.Json;
using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>What came of asking one webhook. Closed.</summary>
internal abstract record WebhookAnswer
{
    private WebhookAnswer()
    {
    }

    /// <summary>Warnings for the client.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>There is nothing against it.</summary>
    public sealed record Allowed : WebhookAnswer;

    /// <summary>It is refused.</summary>
    public sealed record Denied(ApiException Error) : WebhookAnswer;

    /// <summary>It could not be asked, or its answer is none; what that means is for its failurePolicy to say.</summary>
    public sealed record Failed(string Why) : WebhookAnswer;

    /// <summary>Reads an answer as a real server does (recording 08c).</summary>
    public static WebhookAnswer Read(string webhook, string uid, byte[] body)
    {
        if (body.Length == 0)
        {
            return Call("0-length response with status code: 200 and content type: application/json");
        }

        JsonObject? review;
        try
        {
            review = JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            review = null;
        }

        if (review is null)
        {
            return Call("couldn't get version/kind; json parse error: json: cannot unmarshal string into Go value of type "
                + "struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }");
        }

        if ((string?)review["apiVersion"] is { } version and not "admission.k8s.io/v1")
        {
            return Call($"converting ({version.Split('/')[^1]}.AdmissionReview) to (v1.AdmissionReview): unknown conversion");
        }

        if (review["response"] is not JsonObject response)
        {
            return Invalid("webhook response was absent");
        }

        if ((string?)response["uid"] is var given && given != uid)
        {
            return Invalid($"expected response.uid=\"{uid}\", got \"{given}\"");
        }

        if (response["patch"] is not null)
        {
            return Invalid("validating webhook may not return response.patch");
        }

        string[] warnings = [.. (response["warnings"] as JsonArray)?.Select(w => Cut((string?)w ?? "")) ?? []];
        return (bool?)response["allowed"] == true
            ? new Allowed { Warnings = warnings }
            : new Denied(Denial(webhook, response["status"] as JsonObject)) { Warnings = warnings };
    }

    /// <summary>It could not be called.</summary>
    public static Failed Call(string why) => new("failed to call webhook: " + why);

    private static Failed Invalid(string why) => new("received invalid webhook response: " + why);

    private static string Cut(string warning) => warning.Length <= 256 ? warning : warning[..256];

    private static ApiException Denial(string webhook, JsonObject? status)
    {
        var (message, reason) = ((string?)status?["message"] ?? "", (string?)status?["reason"] ?? "");
        var why = message.Length > 0 ? ": " + message : reason.Length > 0 ? ": " + reason : " without explanation";
        var code = (int?)(long?)status?["code"] ?? 0;
        var details = (JsonObject?)(status?["details"] as JsonObject)?.DeepClone();
        foreach (var cause in (details?["causes"] as JsonArray)?.OfType<JsonObject>() ?? [])
        {
            // A real server reads and writes each cause anew, in its own order.
            foreach (var key in (string[])["reason", "message", "field"])
            {
                if (cause.Remove(key, out var value))
                {
                    cause[key] = value;
                }
            }
        }

        return new ApiException(
            code < 400 ? 400 : code, reason, $"admission webhook \"{webhook}\" denied the request{why}", details)
        {
            RetryAfterSeconds = (int?)(long?)details?["retryAfterSeconds"],
        };
    }
}
