using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>What is checked in the metadata of every object.</summary>
internal static class MetaRules
{
    private const string Subdomain =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an "
        + "alphanumeric character (e.g. 'example.com', regex used for validation is "
        + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    public static IEnumerable<FieldError> Validate(JsonObject item, JsonObject? old)
    {
        var meta = ObjectMeta.Of(item);
        var name = (string?)meta["name"] ?? "";
        if (name.Length == 0)
        {
            yield return FieldError.Required("metadata.name", "name or generateName is required");
        }
        else if (old is null && !IsName(name, (string?)item["apiVersion"] ?? ""))
        {
            yield return FieldError.Invalid("metadata.name", $"\"{name}\"", Subdomain);
        }

        if (old is not null && ObjectMeta.Of(old)["deletionTimestamp"] is not null)
        {
            var before = (ObjectMeta.Of(old)["finalizers"] as JsonArray)?.Select(f => (string?)f).ToHashSet() ?? [];
            string?[] added = [.. (meta["finalizers"] as JsonArray)?.Select(f => (string?)f).Where(f => !before.Contains(f)) ?? []];
            if (added.Length > 0)
            {
                var shown = string.Join(", ", added.Select(f => $"\"{f}\""));
                var error = FieldError.Forbidden(
                    "metadata.finalizers",
                    $"no new finalizers can be added if the object is being deleted, found new finalizers []string{{{shown}}}");
                yield return error;
                yield return error;
            }
        }
    }

    private static bool IsName(string name, string apiVersion)
    {
        if (apiVersion.StartsWith("rbac.", StringComparison.Ordinal))
        {
            return !name.Contains('/', StringComparison.Ordinal) && !name.Contains('%', StringComparison.Ordinal);
        }

        return name.Length <= 253 && name.Split('.').All(part =>
            part.Length > 0 && part[0] != '-' && part[^1] != '-'
            && part.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'));
    }
}
