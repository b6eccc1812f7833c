using System.Collections.Immutable;
using Guardrail.Detection.Recorded.ChangeRca;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Workloads;

namespace Guardrail.Detection.Replay;

/// <summary>One recorded rollout: what the cluster showed of it and what its pods counted.</summary>
internal sealed class RecordedService
{
    private static readonly RevisionId Old = new("v1");
    private static readonly RevisionId New = new("v2");

    private readonly List<RecordedPod> pods;
    private (int Old, int New, bool Released, bool TakenBack)? shown;

    public RecordedService(RecordedRollout rollout, IEnumerable<PodMinute> rows)
    {
        Rollout = rollout;
        var all = rows.ToList();
        var sources = all.Select(row => row.Source).Distinct(StringComparer.Ordinal).Count();
        var usual = all.GroupBy(row => row.Source, StringComparer.Ordinal).ToDictionary(
            group => group.Key,
            group => FractionCounts.Usual(group.Select(row => row.SuccessPercent), NotedRates.Usual(rollout.Service, rollout.Replicas * sources)),
            StringComparer.Ordinal);
        pods = [.. all.GroupBy(row => (row.Pod, row.IsCanary)).Select(group => new RecordedPod(group.Key.Pod, group.Key.IsCanary, group, usual)).OrderBy(pod => pod.From)];
        Id = new(GuardNamespaces.Services, WorkloadKind.Deployment, rollout.Service);
    }

    public RecordedRollout Rollout { get; }

    public WorkloadId Id { get; }

    /// <summary>The first minute with a row; the release when there is none.</summary>
    public DateTimeOffset From => pods.Count == 0 ? Rollout.Released : pods.Min(pod => pod.From);

    /// <summary>The workload as it looks at a moment, if it looks otherwise than before; else null.</summary>
    /// <param name="at">The moment.</param>
    /// <param name="takenBack">Whether Guardrail took it back, which the recording did not.</param>
    public WorkloadView? ViewAt(DateTimeOffset at, bool takenBack)
    {
        var step = Rollout.Steps.LastOrDefault(step => step.At <= at);
        var all = Rollout.Steps[0].Old + Rollout.Steps[0].New;
        (int Old, int New, bool Released, bool TakenBack) now = step == default || takenBack
            ? (all, 0, at >= Rollout.Released, takenBack)
            : (step.Old, step.New, true, false);
        if (now == shown)
        {
            return null;
        }

        shown = now;
        return View(now.Old, now.New, now.Released, takenBack, at);
    }

    /// <summary>The counters after a minute.</summary>
    public IEnumerable<PodReading> ReadingsAt(DateTimeOffset minute)
    {
        foreach (var pod in pods)
        {
            // A revision that was taken back has no pods.
            if (!(pod.IsCanary && shown is { TakenBack: true }) && pod.ReadingAt(minute, Id.Namespace) is { } reading)
            {
                yield return reading;
            }
        }
    }

    /// <summary>What shows of the new revision in the recording, for scoring only.</summary>
    public string ClassForScoring()
    {
        var successes = pods.Where(pod => pod.IsCanary).SelectMany(pod => pod.Successes).ToList();
        return successes.Count == 0 ? "silent" : successes.Average() switch { < 80 => "plain", < 99.95 => "subtle", _ => "impact only" };
    }

    private WorkloadView View(int old, int fresh, bool released, bool takenBack, DateTimeOffset at)
    {
        var earlier = new RevisionView { Id = Old, Number = 1, DesiredReplicas = old, KnownGood = true, CreatedAt = DateTimeOffset.UnixEpoch };
        var later = new RevisionView { Id = New, Number = 2, DesiredReplicas = released && !takenBack ? Math.Max(1, fresh) : 0, CreatedAt = Rollout.Released };
        return new()
        {
            Id = Id,
            Uid = Id.Name,
            Labels = ImmutableDictionary<string, string>.Empty.Add("app", Id.Name),
            Generation = 1,
            DesiredReplicas = Rollout.Steps[0].Old + Rollout.Steps[0].New,
            CurrentRevision = released && !takenBack ? New : Old,
            Revisions = released ? [earlier, later] : [earlier],
            Pods = [.. Pods(isCanary: false, old, at), .. Pods(isCanary: true, fresh, at)],
            Quarantined = takenBack ? [New] : [],
        };
    }

    /// <summary>As many pods of a revision as there were: those that report longest, and such as never do.</summary>
    private IEnumerable<PodView> Pods(bool isCanary, int count, DateTimeOffset at)
    {
        var known = pods.Where(pod => pod.IsCanary == isCanary && pod.Until >= at).OrderByDescending(pod => isCanary ? 0 : pod.Until.Ticks).Take(count).ToList();
        for (var i = 0; i < count; i++)
        {
            var id = new PodId(Id.Namespace, i < known.Count ? known[i].Name : $"{Id.Name}-{(isCanary ? "v2" : "v1")}-silent-{i}");
            var since = isCanary ? Rollout.Steps.First(step => step.New > i).At : DateTimeOffset.UnixEpoch;
            yield return new() { Id = id, Uid = id.Name, Revision = isCanary ? New : Old, CreatedAt = since, ReadySince = since };
        }
    }
}
