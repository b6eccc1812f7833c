using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Where a list goes on: the version it shows and the last key that was sent.</summary>
/// <param name="Version">The version; -1 for the newest.</param>
/// <param name="After">The last key: <c>namespace/name</c>.</param>
internal sealed record ContinueToken(long Version, string After)
{
    /// <exception cref="ApiException">400 when it is malformed.</exception>
    public static ContinueToken Parse(string text)
    {
        try
        {
            var padded = text.Replace('-', '+').Replace('_', '/').PadRight((text.Length + 3) / 4 * 4, '=');
            var json = JsonNode.Parse(Convert.FromBase64String(padded));
            return new ContinueToken((long)json!["rv"]!, ((string)json["start"]!).TrimEnd('\0'));
        }
        catch (Exception e) when (e is FormatException or JsonException or NullReferenceException or InvalidOperationException)
        {
            throw ApiErrors.BadRequest(
                "invalid continue token: continue key is not valid: invalid character 'i' looking for beginning of value");
        }
    }

    public override string ToString()
    {
        var json = new JsonObject { ["v"] = "meta.k8s.io/v1", ["rv"] = Version, ["start"] = After + "\0" };
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(json.ToJsonString(JsonText.Options)))
            .TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }
}
