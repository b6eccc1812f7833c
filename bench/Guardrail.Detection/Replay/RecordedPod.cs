using System.Collections.Immutable;
using Guardrail.Detection.Recorded.ChangeRca;
using Guardrail.Engine.Observations;

namespace Guardrail.Detection.Replay;

/// <summary>The recorded minutes of one pod, as counters.</summary>
internal sealed class RecordedPod
{
    private readonly Dictionary<DateTimeOffset, List<PodMinute>> minutes;
    private readonly IReadOnlyDictionary<string, long> usual;
    private readonly SortedDictionary<string, (long Requests, long Errors)> counters = new(StringComparer.Ordinal);

    /// <summary>Makes the pod.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="isCanary">Whether it is of the new revision.</param>
    /// <param name="rows">Its minutes.</param>
    /// <param name="usual">Usual requests of a minute by caller.</param>
    public RecordedPod(string name, bool isCanary, IEnumerable<PodMinute> rows, IReadOnlyDictionary<string, long> usual)
    {
        (Name, IsCanary, this.usual) = (name, isCanary, usual);
        minutes = rows.GroupBy(row => RecordedMinute.Of(row.At)).ToDictionary(group => group.Key, group => group.ToList());
        foreach (var caller in minutes.Values.SelectMany(row => row).Select(row => row.Source))
        {
            counters[caller] = (0, 0);
        }
    }

    public string Name { get; }

    public bool IsCanary { get; }

    public DateTimeOffset From => minutes.Keys.Min();

    public DateTimeOffset Until => minutes.Keys.Max();

    /// <summary>Recorded successes in percent.</summary>
    public IEnumerable<double> Successes => minutes.Values.SelectMany(row => row).Select(row => row.SuccessPercent).OfType<double>();

    /// <summary>The counters after a minute, all 0 in the minute before the first; null when the pod did not report.</summary>
    public PodReading? ReadingAt(DateTimeOffset minute, string ns)
    {
        if (minutes.TryGetValue(minute, out var rows))
        {
            foreach (var row in rows)
            {
                if (row.SuccessPercent is { } success)
                {
                    var counts = FractionCounts.Of(success, usual[row.Source]);
                    var (requests, errors) = counters[row.Source];
                    counters[row.Source] = (requests + counts.Requests, errors + counts.Errors);
                }
            }
        }
        else if (minute != From.AddMinutes(-1))
        {
            return null;
        }

        return new(new(ns, Name), minute, [.. counters.Select(pair => new CounterSeries(pair.Key, pair.Value.Requests, [pair.Value.Errors]))]);
    }
}
