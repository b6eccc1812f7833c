namespace Guardrail.Metrics.Signals;

/// <summary>The values of a batch's series at one moment, and per pod the time of its scrape or why it has none.</summary>
internal sealed class SampleFrame
{
    private readonly Dictionary<int, DateTimeOffset> scrapedAt = [];
    private readonly Dictionary<int, string> faults = [];
    private readonly Dictionary<(int Pod, string Instance), Pair> pairs = [];

    /// <summary>The moment on the source's clock; null until a sample told it.</summary>
    public DateTimeOffset? EvaluatedAt { get; set; }

    public List<Cell> Cells { get; } = [];

    public IReadOnlyDictionary<int, DateTimeOffset> ScrapedAt => scrapedAt;

    public IReadOnlyDictionary<int, string> Faults => faults;

    public void Add(int row, double value) => Cells.Add(new Cell(row, value));

    public void SetScrapedAt(int pod, DateTimeOffset at) => scrapedAt[pod] = at;

    /// <summary>Notes when one of two metrics that must be of the same scrape was scraped; the pod's time is that of its latest scrape.</summary>
    public void SetScrapedAt(int pod, string instance, bool companion, DateTimeOffset at)
    {
        var pair = pairs.GetValueOrDefault((pod, instance));
        pairs[(pod, instance)] = companion ? pair with { Companion = at } : pair with { Own = at };
        if (!companion && !(scrapedAt.TryGetValue(pod, out var before) && before >= at))
        {
            scrapedAt[pod] = at;
        }
    }

    /// <summary>Whether both metrics of an address are of the same scrape.</summary>
    public bool IsPaired(int pod, string instance) =>
        pairs.GetValueOrDefault((pod, instance)) is { Own: { } own, Companion: { } companion } && own == companion;

    /// <summary>Marks the pod unread; the first reason stays.</summary>
    public void Fault(int pod, string reason) => faults.TryAdd(pod, reason);

    internal readonly record struct Cell(int Row, double Value);

    private readonly record struct Pair(DateTimeOffset? Own, DateTimeOffset? Companion);
}
