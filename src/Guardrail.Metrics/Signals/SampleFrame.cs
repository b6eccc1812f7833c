namespace Guardrail.Metrics.Signals;

/// <summary>The values of a batch's series at one moment, and per pod the time of its scrape or why it has none.</summary>
internal sealed class SampleFrame
{
    private readonly Dictionary<int, DateTimeOffset> scrapedAt = [];
    private readonly Dictionary<int, string> faults = [];

    /// <summary>The moment on the source's clock; null until a sample told it.</summary>
    public DateTimeOffset? EvaluatedAt { get; set; }

    public List<Cell> Cells { get; } = [];

    public IReadOnlyDictionary<int, DateTimeOffset> ScrapedAt => scrapedAt;

    public IReadOnlyDictionary<int, string> Faults => faults;

    public void Add(int row, double value) => Cells.Add(new Cell(row, value));

    public void SetScrapedAt(int pod, DateTimeOffset at) => scrapedAt[pod] = at;

    /// <summary>Marks the pod unread; the first reason stays.</summary>
    public void Fault(int pod, string reason) => faults.TryAdd(pod, reason);

    internal readonly record struct Cell(int Row, double Value);
}
