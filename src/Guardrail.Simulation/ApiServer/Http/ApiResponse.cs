using System.Text;
using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>An answer that is ready to be sent.</summary>
internal sealed record ApiResponse(int Status, string ContentType, ReadOnlyMemory<byte> Body)
{
    public int? RetryAfterSeconds { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];

    public static ApiResponse Json(int status, JsonNode body) => new(status, "application/json", JsonText.ToUtf8(body));

    public static ApiResponse Text(int status, string text) => new(status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));

    public static ApiResponse Error(ApiException error) =>
        Json(error.Code, error.ToStatus()) with { RetryAfterSeconds = error.RetryAfterSeconds };

    public static ApiResponse NoSuchPath { get; } = Text(404, "404 page not found\n");
}
