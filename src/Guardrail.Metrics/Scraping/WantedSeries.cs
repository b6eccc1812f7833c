using System.Text;
using Guardrail.Metrics.Signals;

namespace Guardrail.Metrics.Scraping;

/// <summary>A request as the bytes that a page is compared with.</summary>
internal sealed class WantedSeries
{
    private static readonly string[] Suffixes = ["_bucket", "_count", "_sum", "_total"];

    public WantedSeries(SeriesRequest request)
    {
        Request = request;
        Name = Encoding.UTF8.GetBytes(request.Metric);
        Labels = [.. request.Labels.Select(Encoding.UTF8.GetBytes)];
        var suffix = Array.Find(Suffixes, s => request.Metric.EndsWith(s, StringComparison.Ordinal)) ?? string.Empty;
        Family = Encoding.UTF8.GetBytes(request.Metric[..^suffix.Length]);
    }

    public SeriesRequest Request { get; }

    public byte[] Name { get; }

    public byte[][] Labels { get; }

    /// <summary>Name that TYPE lines give to the metric's family.</summary>
    public byte[] Family { get; }
}
