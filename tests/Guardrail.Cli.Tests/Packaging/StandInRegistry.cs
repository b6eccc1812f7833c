using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Guardrail.Cli.Tests.Packaging;

/// <summary>
/// Stands in for the registry of base images, on loopback: whatever base image is asked for, it answers with one for two architectures that
/// holds no file. What is built on it has Guardrail's own layer and configuration, and does not run as it is.
/// </summary>
internal sealed class StandInRegistry : IAsyncDisposable
{
    private const string Index = "application/vnd.oci.image.index.v1+json";
    private const string Manifest = "application/vnd.oci.image.manifest.v1+json";
    private readonly HttpListener listener = new();
    private readonly Dictionary<string, (string Type, byte[] Body)> blobs = [];
    private readonly byte[] index;
    private readonly Task loop;

    public StandInRegistry()
    {
        var (layer, difference) = EmptyLayer();
        index = Json(new { schemaVersion = 2, mediaType = Index, manifests = new[] { "amd64", "arm64" }.Select(a => Image(a, layer, difference)).ToArray() });
        Host = $"127.0.0.1:{FreePort()}";
        listener.Prefixes.Add($"http://{Host}/");
        listener.Start();
        loop = ServeAsync();
    }

    /// <summary>Its address and port.</summary>
    public string Host { get; }

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await loop;
        listener.Close();
    }

    private object Image(string architecture, byte[] layer, string difference)
    {
        var config = Json(new
        {
            architecture,
            os = "linux",
            config = new { Env = new[] { "PATH=/usr/bin" }, User = "1654" },
            rootfs = new { type = "layers", diff_ids = new[] { difference } },
            history = new[] { new { created = "2026-01-01T00:00:00Z" } },
        });
        var manifest = Json(new
        {
            schemaVersion = 2,
            mediaType = Manifest,
            config = new { mediaType = "application/vnd.oci.image.config.v1+json", size = config.Length, digest = Keep(config, "application/octet-stream") },
            layers = new[] { new { mediaType = "application/vnd.oci.image.layer.v1.tar+gzip", size = layer.Length, digest = Keep(layer, "application/octet-stream") } },
        });
        return new { mediaType = Manifest, size = manifest.Length, digest = Keep(manifest, Manifest), platform = new { architecture, os = "linux" } };
    }

    private async Task ServeAsync()
    {
        while (listener.IsListening)
        {
            HttpListenerContext call;
            try
            {
                call = await listener.GetContextAsync();
            }
            catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            var last = call.Request.Url!.Segments[^1];
            (string Type, byte[] Body)? answer =
                blobs.TryGetValue(last, out var blob) ? blob
                : call.Request.Url.AbsolutePath.Contains("/manifests/", StringComparison.Ordinal) ? (Index, index)
                : last is "v2/" or "v2" ? ("application/json", "{}"u8.ToArray())
                : null;
            call.Response.StatusCode = answer is null ? 404 : 200;
            if (answer is var (type, body))
            {
                call.Response.ContentType = type;
                call.Response.ContentLength64 = body.Length;
                call.Response.Headers["Docker-Content-Digest"] = Digest(body);
                if (call.Request.HttpMethod != "HEAD")
                {
                    await call.Response.OutputStream.WriteAsync(body);
                }
            }

            call.Response.Close();
        }
    }

    private string Keep(byte[] body, string type)
    {
        blobs[Digest(body)] = (type, body);
        return Digest(body);
    }

    private static (byte[] Layer, string Difference) EmptyLayer()
    {
        using var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, leaveOpen: true))
        {
            writer.WriteEntry(new PaxTarEntry(TarEntryType.Directory, "usr/"));
        }

        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(tar.ToArray());
        }

        return (zipped.ToArray(), Digest(tar.ToArray()));
    }

    private static byte[] Json(object value) => Encoding.UTF8.GetBytes(JsonSerializer.Serialize(value));

    private static string Digest(byte[] body) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(body));

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
