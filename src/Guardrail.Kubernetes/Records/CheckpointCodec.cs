using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using Guardrail.Engine.Guarding;

namespace Guardrail.Kubernetes.Records;

/// <summary>Writes the engine's snapshot of a workload into a record and reads it again, to the last bit.</summary>
public static class CheckpointCodec
{
    /// <summary>The format that this version writes and reads.</summary>
    public const string Format = "snapshot.v1+json+gzip";

    /// <summary>Most bytes that a checkpoint may unpack to: 64 MB.</summary>
    private const int UnpackedLimit = 64 * 1024 * 1024;

    private static readonly JsonSerializerOptions Options = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>The checkpoint; null when it would be larger than a record may hold.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="at">Time of the last observation that it contains.</param>
    public static Checkpoint? Encode(GuardSnapshot snapshot, DateTimeOffset at)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            JsonSerializer.Serialize(gzip, snapshot, Options);
        }

        var data = Convert.ToBase64String(packed.GetBuffer().AsSpan(0, (int)packed.Length));
        return data.Length > RecordLimits.Checkpoint ? null : new Checkpoint { At = at, Format = Format, Data = data };
    }

    /// <summary>The snapshot.</summary>
    /// <exception cref="JsonException">The data is of another format or damaged: begin without it.</exception>
    public static GuardSnapshot Decode(Checkpoint checkpoint)
    {
        if (checkpoint.Format != Format)
        {
            throw new JsonException($"The checkpoint has the format {checkpoint.Format}, and this version reads {Format}.");
        }

        try
        {
            using var packed = new MemoryStream(Convert.FromBase64String(checkpoint.Data));
            using var gzip = new GZipStream(packed, CompressionMode.Decompress);
            var json = new byte[8192];
            using var unpacked = new MemoryStream();
            for (int count; (count = gzip.Read(json)) > 0;)
            {
                unpacked.Write(json, 0, count);
                if (unpacked.Length > UnpackedLimit)
                {
                    throw new JsonException("The checkpoint is larger than 64 MB.");
                }
            }

            return JsonSerializer.Deserialize<GuardSnapshot>(unpacked.GetBuffer().AsSpan(0, (int)unpacked.Length), Options)
                ?? throw new JsonException("The checkpoint is empty.");
        }
        catch (Exception fault) when (fault is FormatException or InvalidDataException or ArgumentException or NotSupportedException)
        {
            throw new JsonException($"The checkpoint is damaged: {fault.Message}", fault);
        }
    }
}
