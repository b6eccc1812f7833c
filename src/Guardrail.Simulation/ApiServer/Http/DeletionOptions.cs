using System.Text.Json;
using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Reads DeleteOptions from the body and the query.</summary>
internal static class DeletionOptions
{
    public static DeleteOptions Read(ApiRequest request, byte[] body)
    {
        JsonObject? json = null;
        if (body.Length > 0)
        {
            try
            {
                json = RequestBody.Parse(body, []) as JsonObject;
            }
            catch (JsonException)
            {
                throw ApiErrors.BadRequest("couldn't get version/kind; json parse error: unexpected end of JSON input");
            }
        }

        var policy = (string?)json?["propagationPolicy"] ?? request.Query("propagationPolicy");
        var orphan = (bool?)json?["orphanDependents"] ?? (request.Query("orphanDependents") is { } text ? text == "true" : null);
        Check(policy, orphan);
        var dryRun = (json?["dryRun"] as JsonArray)?.Any(d => (string?)d == "All") == true || request.DryRun("DeleteOptions");
        return new DeleteOptions
        {
            Uid = (string?)json?["preconditions"]?["uid"],
            ResourceVersion = (string?)json?["preconditions"]?["resourceVersion"],
            GracePeriodSeconds = (int?)((long?)json?["gracePeriodSeconds"] ?? request.Number("gracePeriodSeconds")),
            PropagationPolicy = policy ?? (orphan == true ? "Orphan" : null),
            DryRun = dryRun,
        };
    }

    private static void Check(string? policy, bool? orphan)
    {
        if (policy is null)
        {
            return;
        }

        if (orphan is not null)
        {
            throw OptionErrors.Invalid(
                "DeleteOptions",
                FieldError.Invalid(
                    "propagationPolicy", $"\"{policy}\"", "orphanDependents and deletionPropagation cannot be both set"));
        }

        if (policy is not ("Foreground" or "Background" or "Orphan"))
        {
            throw OptionErrors.Invalid(
                "DeleteOptions",
                FieldError.NotSupported("propagationPolicy", $"\"{policy}\"", ["Foreground", "Background", "Orphan", "nil"]));
        }
    }
}
