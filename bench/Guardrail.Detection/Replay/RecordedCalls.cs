using System.Collections.Immutable;
using Guardrail.Detection.Recorded.ChangeRca;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Workloads;

namespace Guardrail.Detection.Replay;

/// <summary>The recorded calls of one service to another, as a workload with one pod.</summary>
internal sealed class RecordedCalls
{
    private readonly Dictionary<DateTimeOffset, double?> minutes;
    private readonly long usual;
    private long requests;
    private long errors;

    private RecordedCalls(string caller, string callee, int callers, IEnumerable<EdgeMinute> rows)
    {
        (Caller, Callee) = (caller, callee);
        minutes = rows.GroupBy(row => RecordedMinute.Of(row.At)).ToDictionary(group => group.Key, group => group.First().SuccessPercent);
        usual = FractionCounts.Usual(minutes.Values, NotedRates.Usual(callee, callers));
    }

    public string Caller { get; }

    public string Callee { get; }

    /// <summary>The first minute.</summary>
    public DateTimeOffset From => minutes.Keys.Min();

    /// <summary>Whether it has not been shown yet.</summary>
    public bool IsNew { get; private set; } = true;

    /// <summary>Every call between services.</summary>
    public static IEnumerable<RecordedCalls> Of(IEnumerable<EdgeMinute> rows)
    {
        var calls = rows.GroupBy(row => (row.Caller, row.Callee)).ToList();
        return calls.Select(call => new RecordedCalls(call.Key.Caller, call.Key.Callee, calls.Count(other => other.Key.Callee == call.Key.Callee), call));
    }

    public static WorkloadId IdOf(string caller, string callee) => new(GuardNamespaces.Calls, WorkloadKind.Deployment, $"{caller}-{callee}");

    /// <summary>The calls as a workload that never changes.</summary>
    public WorkloadView View()
    {
        IsNew = false;
        var id = IdOf(Caller, Callee);
        var revision = new RevisionId("only");
        return new()
        {
            Id = id,
            Uid = id.Name,
            Generation = 1,
            DesiredReplicas = 1,
            CurrentRevision = revision,
            Revisions = [new() { Id = revision, Number = 1, DesiredReplicas = 1, KnownGood = true }],
            Pods = [new() { Id = Pod, Uid = id.Name, Revision = revision, CreatedAt = DateTimeOffset.UnixEpoch, ReadySince = DateTimeOffset.UnixEpoch }],
        };
    }

    /// <summary>The counters after a minute; none when the minute was not recorded.</summary>
    public IEnumerable<PodReading> ReadingsAt(DateTimeOffset minute)
    {
        var known = minutes.TryGetValue(minute, out var percent);
        if (known && percent is { } success)
        {
            var counts = FractionCounts.Of(success, usual);
            (requests, errors) = (requests + counts.Requests, errors + counts.Errors);
        }

        return known || minutes.ContainsKey(minute.AddMinutes(1)) ? [new(Pod, minute, [new(string.Empty, requests, [errors])])] : [];
    }

    private PodId Pod => new(GuardNamespaces.Calls, $"{Caller}-{Callee}-0");
}
