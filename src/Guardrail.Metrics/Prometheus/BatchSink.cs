using Guardrail.Engine.Workloads;
using Guardrail.Metrics.Signals;

namespace Guardrail.Metrics.Prometheus;

/// <summary>Sorts the series of a signal's expression into a batch: counters, and the times of the pods' scrapes.</summary>
/// <param name="query">The expression asked.</param>
/// <param name="frameOf">The frame of a moment (seconds since 1970), or null when none was asked for at that moment.</param>
/// <param name="pool">For label values.</param>
internal sealed class BatchSink(PromQl query, Func<double, SampleFrame?> frameOf, StringPool pool) : ISeriesSink
{
    private const int FixedLabels = 4;
    private readonly string[] labels =
        [PromQl.Part, query.Request.NamespaceLabel, query.Request.PodLabel, PromQl.Instance, .. query.CopyLabels, .. query.Request.Labels];

    public SampleBatch Batch { get; } = new(query.Request);

    /// <summary>Series that came, the scrape times left out.</summary>
    public int Series => Batch.SeriesOf(companion: false) + Batch.SeriesOf(companion: true);

    /// <summary>Everything that came, which is what the size of an answer depends on.</summary>
    public int Rows { get; private set; }

    public IReadOnlyList<string> Labels => labels;

    public void Add(SeriesRow row)
    {
        Rows++;
        var values = row.Labels;
        var isTime = values[0] is PromQl.AtPart or PromQl.CompanionAtPart;
        var companion = values[0] is PromQl.CompanionValuePart or PromQl.CompanionAtPart;
        if (string.IsNullOrEmpty(values[1]) || string.IsNullOrEmpty(values[2]))
        {
            Batch.SeriesWithoutPod += isTime || companion ? 0 : 1;
            Batch.CompanionsWithoutPod += !isTime && companion ? 1 : 0;
            return;
        }

        var pod = Batch.Pod(new PodId(values[1]!, values[2]!));
        var instance = values[3] ?? string.Empty;
        var index = isTime ? -1
            : Batch.AddRow(pod, instance, CopyKey(values), values[(FixedLabels + query.CopyLabels.Count)..], companion);
        foreach (var (time, value) in row.Points)
        {
            if (frameOf(time) is not { } frame)
            {
                continue;
            }

            frame.EvaluatedAt ??= UnixTime.FromSeconds(time);
            if (!isTime)
            {
                frame.Add(index, value);
            }
            else if (UnixTime.TryFromSeconds(value, out var at))
            {
                SetScrapedAt(frame, pod, instance, companion, at);
            }
        }

        if (row.IsNativeHistogram && frameOf(double.NaN) is { } only)
        {
            only.Fault(pod, $"{(companion ? query.Request.Companion : query.Request.Metric)} is a native histogram; name a counter, or keep the classic buckets.");
        }
    }

    private void SetScrapedAt(SampleFrame frame, int pod, string instance, bool companion, DateTimeOffset at)
    {
        if (query.Request.Companion is null)
        {
            frame.SetScrapedAt(pod, at);
        }
        else
        {
            frame.SetScrapedAt(pod, instance, companion, at);
        }
    }

    private string CopyKey(ReadOnlySpan<string?> values)
    {
        var key = string.Empty;
        for (var i = 0; i < query.CopyLabels.Count; i++)
        {
            if (values[FixedLabels + i] is { Length: > 0 } value)
            {
                key = key.Length == 0 && i == 0 ? value : $"{key}\n{i}={value}";
            }
        }

        return pool.Get(key);
    }
}
