using Guardrail.Engine.Decisions;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Guarding;

/// <summary>Hands what a metric source told to the workloads that it concerns, and tells the others why they got nothing.</summary>
internal sealed class ReportRouting(FleetRoster roster)
{
    private readonly Dictionary<WorkloadId, DateTimeOffset> seenUntil = [];
    private readonly HashSet<GuardedWorkload> told = [];

    /// <summary>Passes over reports up to that time, for the workload's snapshot holds them already.</summary>
    public void PassOver(WorkloadId id, DateTimeOffset until) => seenUntil[id] = until;

    public void Forget(WorkloadId id) => seenUntil.Remove(id);

    /// <summary>Whether a report of that time on that scope is the workload's, and new to it.</summary>
    public bool Concerns(MetricScope scope, DateTimeOffset at, GuardedWorkload workload)
    {
        if (workload.Policy.Signals != scope.Signals)
        {
            return false;
        }

        if (seenUntil.Count == 0 || !seenUntil.TryGetValue(workload.View.Id, out var until))
        {
            return true;
        }

        if (at <= until)
        {
            return false;
        }

        // Time has passed the snapshot; a clock that is set back later is another matter.
        seenUntil.Remove(workload.View.Id);
        return true;
    }

    public void Take(MetricScope scope, SignalReport report, DateTimeOffset at)
    {
        told.Clear();
        if (report is SignalReport.Counters counters)
        {
            foreach (var reading in counters.Pods)
            {
                if (roster.OwnerOf(reading.Pod) is { } owner && Concerns(scope, at, owner))
                {
                    owner.Read(counters, reading);
                    told.Add(owner);
                }
            }
        }

        foreach (var workload in roster.Workloads)
        {
            if (Concerns(scope, at, workload) && !told.Contains(workload))
            {
                workload.Miss(report.Signal, WhyNothing(report, workload), at);
            }
        }
    }

    private static string WhyNothing(SignalReport report, GuardedWorkload workload)
    {
        if (report is SignalReport.NoEvidence none)
        {
            return none.Reason;
        }

        if (workload.View.Pods.IsEmpty)
        {
            return $"{workload.View.Id} has no pods";
        }

        foreach (var unread in ((SignalReport.Counters)report).Unread)
        {
            foreach (var pod in workload.View.Pods)
            {
                if (pod.Id == unread.Pod)
                {
                    return $"{unread.Pod.Name}: {unread.Reason}";
                }
            }
        }

        return workload.View.Pods.Length == 1
            ? $"the only pod of {workload.View.Id} does not report the signal {report.Signal}"
            : $"none of the {Quantity.Of(workload.View.Pods.Length, "pods")} of {workload.View.Id} reports the signal {report.Signal}";
    }
}
