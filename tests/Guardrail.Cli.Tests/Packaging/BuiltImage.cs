using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json.Nodes;

namespace Guardrail.Cli.Tests.Packaging;

/// <summary>An image as the SDK writes it into an archive: the OCI layout.</summary>
/// <param name="folder">Where the archive was unpacked.</param>
internal sealed class BuiltImage(string folder)
{
    /// <summary>Unpacks an archive.</summary>
    public static async Task<BuiltImage> UnpackAsync(string archive, string folder, CancellationToken cancellationToken)
    {
        await TarFile.ExtractToDirectoryAsync(archive, folder, overwriteFiles: true, cancellationToken);
        return new BuiltImage(folder);
    }

    /// <summary>Manifests by architecture.</summary>
    public Dictionary<string, JsonNode> Manifests()
    {
        var index = Blob(Read(Path.Combine(folder, "index.json"))["manifests"]![0]!);
        return index["manifests"]!.AsArray().ToDictionary(m => (string)m!["platform"]!["architecture"]!, m => Blob(m!));
    }

    /// <summary>What a manifest or an index refers to, read as JSON.</summary>
    public JsonNode Blob(JsonNode descriptor) => Read(PathOf(descriptor));

    /// <summary>Unpacks the last layer of a manifest, which is Guardrail's own.</summary>
    public async Task UnpackApplicationAsync(JsonNode manifest, string into, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(PathOf(manifest["layers"]!.AsArray()[^1]!));
        await using var gzip = new GZipStream(file, CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(gzip, into, overwriteFiles: true, cancellationToken);
    }

    private string PathOf(JsonNode descriptor) => Path.Combine(folder, "blobs", ((string)descriptor["digest"]!).Replace(':', '/'));

    private static JsonNode Read(string path) => JsonNode.Parse(File.ReadAllText(path))!;
}
