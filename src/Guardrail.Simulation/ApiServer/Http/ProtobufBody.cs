using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>
/// Reads the few bodies that clients send as protobuf although they would take JSON back: Helm keeps its releases in Secrets by a client that writes
/// so. Field numbers are those of k8s.io/api/core/v1 and k8s.io/apimachinery, generated.proto.
/// </summary>
internal static class ProtobufBody
{
    public const string MediaType = "application/vnd.kubernetes.protobuf";

    private static readonly Dictionary<string, Dictionary<int, Field>> Messages = new()
    {
        ["Secret"] = new()
        {
            [1] = new("metadata", "ObjectMeta"),
            [2] = new("data", "bytes{}"),
            [3] = new("type", "string"),
            [4] = new("stringData", "string{}"),
            [5] = new("immutable", "bool"),
        },
        ["ObjectMeta"] = new()
        {
            [1] = new("name", "string"),
            [2] = new("generateName", "string"),
            [3] = new("namespace", "string"),
            [5] = new("uid", "string"),
            [6] = new("resourceVersion", "string"),
            [11] = new("labels", "string{}"),
            [12] = new("annotations", "string{}"),
        },
        ["DeleteOptions"] = new()
        {
            [1] = new("gracePeriodSeconds", "int"),
            [2] = new("preconditions", "Preconditions"),
            [3] = new("orphanDependents", "bool"),
            [4] = new("propagationPolicy", "string"),
        },
        ["Preconditions"] = new() { [1] = new("uid", "string"), [2] = new("resourceVersion", "string") },
    };

    private static ReadOnlySpan<byte> Magic => "k8s\0"u8;

    /// <summary>The same as JSON; null when it is no protobuf of a kind that is read.</summary>
    public static byte[]? ToJson(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith(Magic))
        {
            return null;
        }

        // runtime.Unknown: 1 its type (1 apiVersion, 2 kind), 2 the object.
        var (version, kind) = ("", "");
        ReadOnlySpan<byte> raw = [];
        var envelope = new Reader(body[Magic.Length..]);
        while (envelope.Next())
        {
            if (envelope.Number == 1)
            {
                var type = new Reader(envelope.Bytes);
                while (type.Next())
                {
                    (version, kind) = type.Number == 1 ? (Encoding.UTF8.GetString(type.Bytes), kind) : (version, Encoding.UTF8.GetString(type.Bytes));
                }
            }
            else if (envelope.Number == 2)
            {
                raw = envelope.Bytes;
            }
        }

        if (!Messages.ContainsKey(kind))
        {
            return null;
        }

        var item = Read(kind, raw);
        (item["apiVersion"], item["kind"]) = (version, kind);
        return Encoding.UTF8.GetBytes(item.ToJsonString(JsonText.Options));
    }

    private static JsonObject Read(string message, ReadOnlySpan<byte> bytes)
    {
        var item = new JsonObject();
        var reader = new Reader(bytes);
        while (reader.Next())
        {
            if (!Messages[message].TryGetValue(reader.Number, out var field))
            {
                continue;
            }

            if (field.Type.EndsWith("{}", StringComparison.Ordinal))
            {
                var (key, value) = Entry(reader.Bytes, isText: field.Type == "string{}");
                (item[field.Name] ??= new JsonObject())[key] = value;
            }
            else if (Value(field, ref reader) is { } value)
            {
                item[field.Name] = value;
            }
        }

        return item;
    }

    private static JsonNode? Value(Field field, ref Reader reader) => field.Type switch
    {
        // An empty text is one that was not given.
        "string" => reader.Bytes.Length == 0 ? null : Encoding.UTF8.GetString(reader.Bytes),
        "bool" => reader.Whole != 0,
        "int" => (long)reader.Whole,
        var message => Read(message, reader.Bytes),
    };

    private static (string Key, string Value) Entry(ReadOnlySpan<byte> bytes, bool isText)
    {
        var (key, value) = ("", "");
        var reader = new Reader(bytes);
        while (reader.Next())
        {
            if (reader.Number == 1)
            {
                key = Encoding.UTF8.GetString(reader.Bytes);
            }
            else
            {
                value = isText ? Encoding.UTF8.GetString(reader.Bytes) : Convert.ToBase64String(reader.Bytes);
            }
        }

        return (key, value);
    }

    /// <summary>A field of a message.</summary>
    /// <param name="Name">Its name in JSON.</param>
    /// <param name="Type">string, bool, int, a map (<c>string{}</c>, <c>bytes{}</c>) or a message.</param>
    private sealed record Field(string Name, string Type);

    /// <summary>Goes through the fields of a message.</summary>
    private ref struct Reader(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> rest = bytes;

        public int Number { get; private set; }

        public ulong Whole { get; private set; }

        public ReadOnlySpan<byte> Bytes { get; private set; }

        public bool Next()
        {
            if (rest.IsEmpty)
            {
                return false;
            }

            var tag = Varint();
            (Number, Whole) = ((int)(tag >> 3), 0);
            Bytes = [];
            switch (tag & 7)
            {
                case 0:
                    Whole = Varint();
                    break;
                case 1:
                    Whole = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                    break;
                case 2:
                    var length = Varint();
                    Bytes = Take(length <= (ulong)rest.Length ? (int)length : throw Broken());
                    break;
                case 5:
                    Whole = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                    break;
                default:
                    throw Broken();
            }

            return true;
        }

        private ReadOnlySpan<byte> Take(int length)
        {
            var taken = length <= rest.Length ? rest[..length] : throw Broken();
            rest = rest[length..];
            return taken;
        }

        private ulong Varint()
        {
            ulong value = 0;
            for (var shift = 0; shift < 64; shift += 7)
            {
                var next = Take(1)[0];
                value |= (ulong)(next & 0x7f) << shift;
                if (next < 0x80)
                {
                    return value;
                }
            }

            throw Broken();
        }

        private static ApiException Broken() => ApiErrors.BadRequest("the body is no protobuf that can be read");
    }
}
