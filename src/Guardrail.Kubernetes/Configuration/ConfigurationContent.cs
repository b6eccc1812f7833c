using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Kubernetes.Configuration;

/// <summary>A ConfigMap or Secret as it was read a moment ago. Its values are never part of a message.</summary>
internal sealed class ConfigurationContent
{
    private readonly JsonElement source;
    private readonly JsonElement metadata;
    private string? digest;

    public ConfigurationContent(JsonElement source) => (this.source, metadata) = (source, source.Field("metadata"));

    public string Uid => metadata.Required("uid");

    public string ResourceVersion => metadata.Required("resourceVersion");

    public bool IsImmutable => source.Flag("immutable");

    public bool HasAnnotations => metadata.Field("annotations").ValueKind == JsonValueKind.Object;

    /// <summary>A Secret's type; null of a ConfigMap.</summary>
    public string? Type => source.Text("type");

    public string? Annotation(string key) => metadata.Field("annotations").Text(key);

    public bool Has(string part) => Part(part).ValueKind == JsonValueKind.Object;

    /// <summary>A copy of <c>data</c> or <c>binaryData</c>; null when it has none.</summary>
    public JsonNode? Copy(string part) => Has(part) ? JsonNode.Parse(Part(part).GetRawText()) : null;

    /// <summary>Length of its keys and values as they are stored, in bytes of their JSON.</summary>
    public int Bytes => Length("data") + Length("binaryData");

    /// <summary>First 128 bits of the SHA-256 over its keys and values, in hexadecimal; labels and annotations do not count.</summary>
    public string Digest => digest ??= DigestNow();

    /// <summary>The last write to its keys or values by anybody but Guardrail, as far as the cluster tells.</summary>
    public (DateTimeOffset At, string By)? LastWrite
    {
        get
        {
            (DateTimeOffset, string)? last = null;
            foreach (var entry in metadata.Items("managedFields"))
            {
                var fields = entry.Field("fieldsV1");
                var writes = fields.Field("f:data").ValueKind != JsonValueKind.Undefined || fields.Field("f:binaryData").ValueKind != JsonValueKind.Undefined;
                if (writes && entry.Text("manager") is { } by and not "guardrail" && entry.Time("time") is { } at && !(last?.Item1 > at))
                {
                    last = (at, by);
                }
            }

            return last;
        }
    }

    private JsonElement Part(string part) => source.Field(part);

    private int Length(string part) => Has(part) ? Part(part).GetRawText().Length : 0;

    private string DigestNow()
    {
        var canonical = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(canonical))
        {
            writer.WriteStartArray();
            foreach (var part in (ReadOnlySpan<string>)["data", "binaryData"])
            {
                writer.WriteStartObject();
                foreach (var value in source.Members(part).OrderBy(value => value.Name, StringComparer.Ordinal))
                {
                    writer.WriteString(value.Name, value.Value.ValueKind == JsonValueKind.String ? value.Value.GetString() : "");
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        return Convert.ToHexStringLower(SHA256.HashData(canonical.WrittenSpan))[..32];
    }
}
