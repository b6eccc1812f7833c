using Guardrail.Engine.Workloads;

namespace Guardrail.Metrics.Signals;

/// <summary>
/// The series that one query, or one scrape of all pods, brought: per series its pod, the endpoint it was scraped from and the values of
/// the requested labels. The values themselves are in <see cref="SampleFrame"/>s, one per moment.
/// </summary>
internal sealed class SampleBatch(SeriesRequest request)
{
    private readonly Dictionary<PodId, int> podIndex = [];
    private readonly List<PodId> pods = [];
    private readonly List<Row> rows = [];
    private readonly List<string?> labels = [];
    private readonly Dictionary<(int Pod, string Instance, bool Companion), int> endpoints = [];
    private readonly Dictionary<(int Endpoint, string Copy), int> copies = [];

    public SeriesRequest Request { get; } = request;

    public IReadOnlyList<PodId> Pods => pods;

    public int RowCount => rows.Count;

    /// <summary>Of <see cref="RowCount"/>, the series of the companion.</summary>
    public int CompanionCount { get; private set; }

    public int EndpointCount => endpoints.Count;

    /// <summary>Series that came without the label that names the pod; they are counted and otherwise ignored.</summary>
    public int SeriesWithoutPod { get; set; }

    /// <summary>The same of the companion.</summary>
    public int CompanionsWithoutPod { get; set; }

    public int Pod(PodId id)
    {
        if (!podIndex.TryGetValue(id, out var index))
        {
            podIndex[id] = index = pods.Count;
            pods.Add(id);
        }

        return index;
    }

    public bool TryGetPod(PodId id, out int index) => podIndex.TryGetValue(id, out index);

    /// <summary>Adds a series.</summary>
    /// <param name="pod">Index of its pod.</param>
    /// <param name="instance">Address it was scraped from; empty when unknown.</param>
    /// <param name="copy">What tells two scrapers of the same address apart.</param>
    /// <param name="values">Values of the requested labels, in their order; null where the series lacks the label.</param>
    /// <param name="companion">Whether it is a series of the companion.</param>
    public int AddRow(int pod, string instance, string copy, ReadOnlySpan<string?> values, bool companion = false)
    {
        var endpoint = Index(endpoints, (pod, instance, companion));
        rows.Add(
            new Row(pod, instance, companion, instance.Length == 0 ? -1 : endpoint, Index(copies, (endpoint, copy)), labels.Count));
        labels.AddRange(values);
        CompanionCount += companion ? 1 : 0;
        return rows.Count - 1;
    }

    public int PodOf(int row) => rows[row].Pod;

    public string InstanceOf(int row) => rows[row].Instance;

    public bool IsCompanion(int row) => rows[row].Companion;

    public string MetricOf(int row) => rows[row].Companion ? Request.Companion! : Request.Metric;

    /// <summary>Series of one metric that came, whether with the label that names the pod or without.</summary>
    public int SeriesOf(bool companion) =>
        companion ? CompanionCount + CompanionsWithoutPod : RowCount - CompanionCount + SeriesWithoutPod;

    public int EndpointOf(int row) => rows[row].Endpoint;

    public int CopyOf(int row) => rows[row].Copy;

    public string? Label(int row, int label) => labels[rows[row].FirstLabel + label];

    private static int Index<TKey>(Dictionary<TKey, int> known, TKey key)
        where TKey : notnull
    {
        if (!known.TryGetValue(key, out var index))
        {
            known[key] = index = known.Count;
        }

        return index;
    }

    private readonly record struct Row(int Pod, string Instance, bool Companion, int Endpoint, int Copy, int FirstLabel);
}
