using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Guardrail.Simulation.Pods;

/// <summary>Writes the answers of the servers that pods are read from.</summary>
internal static class TextAnswer
{
    /// <summary>Content type of Prometheus' text format.</summary>
    public const string MetricsType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Answers a sentence with a status.</summary>
    public static Task SayAsync(HttpContext call, int code, string sentence)
    {
        call.Response.StatusCode = code;
        return WriteAsync(call, sentence + "\n", "text/plain; charset=utf-8");
    }

    /// <summary>Answers a text, packed when the caller accepts that.</summary>
    public static async Task WriteAsync(HttpContext call, string text, string type)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        call.Response.ContentType = type;
        if (call.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.Ordinal))
        {
            call.Response.Headers.ContentEncoding = "gzip";
            await using var zip = new GZipStream(call.Response.Body, CompressionLevel.Fastest);
            await zip.WriteAsync(bytes, call.RequestAborted);
            return;
        }

        call.Response.ContentLength = bytes.Length;
        await call.Response.Body.WriteAsync(bytes, call.RequestAborted);
    }
}
