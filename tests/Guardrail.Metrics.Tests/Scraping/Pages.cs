using System.Text;
using Guardrail.Metrics.Http;
using Guardrail.Metrics.Scraping;
using Guardrail.Metrics.Signals;

namespace Guardrail.Metrics.Tests.Scraping;

/// <summary>Parses pages for tests.</summary>
internal static class Pages
{
    /// <summary>Parses a page as it would arrive, in pieces of a given size.</summary>
    /// <returns>The wanted series, in the order of the page.</returns>
    public static async Task<List<PodPage.Row>> ParseAsync(
        byte[] page, ExpositionFormat format, IEnumerable<SeriesRequest> requests, int piece = int.MaxValue)
    {
        var wanted = requests.Select(static request => new WantedSeries(request)).ToArray();
        var result = new PodPage(Scopes.Pod("a"), Scopes.Start, wanted.Length);
        await using var body = new LimitedStream(new PieceStream(page, piece), long.MaxValue);
        await PageReader.ReadAsync(body, new ExpositionParser(wanted, result, format, new StringPool()), CancellationToken.None);
        return result.Rows;
    }

    public static Task<List<PodPage.Row>> ParseAsync(string page, ExpositionFormat format, params SeriesRequest[] requests) =>
        ParseAsync(Encoding.UTF8.GetBytes(page), format, requests);

    public static SeriesRequest Request(string metric, params string[] labels) => new(metric, "namespace", "pod", [.. labels]);

    private sealed class PieceStream(byte[] data, int piece) : MemoryStream(data)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, piece)], cancellationToken);
    }
}
