using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;

namespace Guardrail.Kubernetes.Workloads;

/// <summary>
/// Digest of a pod template without its revision hash labels: two templates have the same one exactly when the controllers take them for
/// equal (EqualIgnoreHash of the Deployment controller; missing, null and empty collections are the same).
/// </summary>
/// <param name="Value">First 128 bits of the SHA-256 over the template's canonical JSON.</param>
internal readonly record struct TemplateDigest(UInt128 Value)
{
    public const string HashLabel = "pod-template-hash";

    public static TemplateDigest Of(JsonElement template)
    {
        var canonical = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(canonical))
        {
            Write(writer, template, depth: 0, inLabels: false);
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(canonical.WrittenSpan, hash);
        return new TemplateDigest(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash));
    }

    /// <summary>32 hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x32", System.Globalization.CultureInfo.InvariantCulture);

    private static void Write(Utf8JsonWriter writer, JsonElement element, int depth, bool inLabels)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in element.EnumerateObject().Where(member => Counts(member, depth, inLabels))
                    .OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(member.Name);
                    Write(writer, member.Value, depth + 1, depth == 1 && member.NameEquals("labels"));
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    Write(writer, item, depth + 1, inLabels: false);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.Undefined:
                writer.WriteNullValue();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }

    private static bool Counts(JsonProperty member, int depth, bool inLabels) => member.Value.ValueKind switch
    {
        JsonValueKind.Null => false,
        JsonValueKind.Array => member.Value.GetArrayLength() > 0,
        // An empty struct behind a pointer (emptyDir: {}) differs from none; an empty map of labels or annotations does not.
        JsonValueKind.Object => depth != 1 || member.Value.EnumerateObject().Any(),
        _ => !(inLabels && member.NameEquals(HashLabel)) && !(depth == 0 && member.NameEquals("$patch")),
    };
}
