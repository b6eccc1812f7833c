using System.Globalization;
using System.Text.Json.Nodes;

namespace Guardrail.Simulation.Controllers.Deployments;

/// <summary>Names of revisions: a hash of the pod template, written with the letters that Kubernetes uses.</summary>
internal static class TemplateHash
{
    public const string Label = "pod-template-hash";
    private const string Letters = "bcdfghjklmnpqrstvwxz2456789";

    /// <summary>
    /// The hash of a template. Equal templates give equal hashes whatever the order of their members; the values are not those of a
    /// real cluster, which hashes its own memory layout.
    /// </summary>
    public static string Of(JsonObject template, int collisions)
    {
        var hash = Add(2166136261, template);
        if (collisions > 0)
        {
            hash = Add(hash, collisions.ToString(CultureInfo.InvariantCulture));
        }

        return string.Create(10, hash, static (span, value) =>
        {
            var digits = value.ToString("D10", CultureInfo.InvariantCulture);
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = Letters[digits[i] % Letters.Length];
            }
        });
    }

    /// <summary>Whether two templates are equal but for the hash label.</summary>
    public static bool SameTemplate(JsonObject one, JsonObject other)
    {
        foreach (var (key, value) in one)
        {
            if (key != "metadata" && !JsonNode.DeepEquals(value, other[key]))
            {
                return false;
            }
        }

        return one.Count(Counts) == other.Count(Counts) && SameMetadata(one["metadata"] as JsonObject, other["metadata"] as JsonObject);

        static bool Counts(KeyValuePair<string, JsonNode?> member) => member.Key != "metadata";
    }

    private static bool SameMetadata(JsonObject? one, JsonObject? other) =>
        SameMap(one?["labels"] as JsonObject, other?["labels"] as JsonObject)
        && SameMap(one?["annotations"] as JsonObject, other?["annotations"] as JsonObject);

    private static bool SameMap(JsonObject? one, JsonObject? other) => Covers(one, other) && Covers(other, one);

    private static bool Covers(JsonObject? whole, JsonObject? part)
    {
        foreach (var (key, value) in part ?? [])
        {
            if (key != Label && !JsonNode.DeepEquals(value, whole?[key]))
            {
                return false;
            }
        }

        return true;
    }

    private static uint Add(uint hash, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (key, value) in map.OrderBy(m => m.Key, StringComparer.Ordinal))
                {
                    hash = Add(Add(hash, key), value);
                }

                return Add(hash, "}");
            case JsonArray list:
                foreach (var item in list)
                {
                    hash = Add(hash, item);
                }

                return Add(hash, "]");
            default:
                return Add(hash, node?.ToJsonString() ?? "null");
        }
    }

    private static uint Add(uint hash, string text)
    {
        foreach (var unit in text)
        {
            hash = (hash ^ unit) * 16777619;
        }

        return (hash ^ 0x1f) * 16777619;
    }
}
