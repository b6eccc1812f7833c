using Guardrail.Engine.Workloads;

namespace Guardrail.Metrics.Scraping;

/// <summary>What one pod's page said of the wanted series, or why it could not be read.</summary>
internal sealed class PodPage(PodId pod, DateTimeOffset at, int wanted) : IExpositionSink
{
    private readonly string?[] types = new string?[wanted];

    public PodId Pod { get; } = pod;

    /// <summary>When the page was asked for.</summary>
    public DateTimeOffset At { get; } = at;

    /// <summary>Why there is nothing; null when the page was read.</summary>
    public string? Fault { get; init; }

    public List<Row> Rows { get; } = [];

    /// <summary>Type that the page declares for a wanted series; null when it does not.</summary>
    public string? TypeOf(int wanted) => types[wanted];

    public void Series(int wanted, ReadOnlySpan<string?> labels, double value) => Rows.Add(new Row(wanted, labels.ToArray(), value));

    public void Type(int wanted, string type) => types[wanted] = type;

    internal readonly record struct Row(int Wanted, string?[] Labels, double Value);
}
