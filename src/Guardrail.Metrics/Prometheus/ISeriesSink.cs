namespace Guardrail.Metrics.Prometheus;

/// <summary>Takes the series of one answer, one after the other.</summary>
internal interface ISeriesSink
{
    /// <summary>Labels it wants to know, in the order it expects them.</summary>
    IReadOnlyList<string> Labels { get; }

    /// <summary>Takes a series; the row is reused for the next one.</summary>
    void Add(SeriesRow row);
}
