using System.Collections.Immutable;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Safety;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Guarding;

/// <summary>
/// All guarded workloads of a daemon: hands every observation to those it concerns and collects their decisions. The daemon, the simulator and
/// the replay of recordings run this same loop.
/// </summary>
public sealed class Fleet
{
    private readonly FleetRoster roster;
    private readonly ReportRouting reports;
    private readonly List<Decision> decisions = [];

    /// <summary>Makes an empty fleet.</summary>
    /// <param name="policies">All policies; the first in order that selects a workload guards it.</param>
    public Fleet(ImmutableArray<GuardPolicy> policies)
    {
        roster = new(policies);
        reports = new(roster);
    }

    /// <summary>What holds for all rollouts together: storms, causes that all share, freezes. Its state outlives no process by itself.</summary>
    public FleetSafety Safety => roster.Safety;

    /// <summary>All policies; the first in order that selects a workload guards it.</summary>
    public ImmutableArray<GuardPolicy> Policies => roster.Policies;

    /// <summary>Every guarded workload.</summary>
    public IReadOnlyCollection<GuardedWorkload> Workloads => roster.Workloads;

    /// <summary>The guarded workload of that name; null when there is none.</summary>
    public GuardedWorkload? Find(WorkloadId id) => roster.Find(id);

    /// <summary>What a metric source must be asked for each tick: one scope per distinct set of signals.</summary>
    public IReadOnlyList<MetricScope> Scopes()
    {
        var scopes = new List<MetricScope>();
        foreach (var group in roster.Policies.GroupBy(p => p.Signals))
        {
            var guarded = roster.Workloads.Where(w => w.Policy.Signals == group.Key).ToList();
            scopes.Add(new(
                group.Key,
                [.. group.Select(p => p.Namespace)],
                [.. guarded.SelectMany(w => w.View.Pods)]));
        }

        return scopes;
    }

    /// <summary>
    /// Goes on guarding a workload from a snapshot. To be called before the first message of the feed, which then corrects what has changed.
    /// </summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="takenAt">
    /// Time of the last report in it: reports up to then, which come again when history is read, are passed over. Null when none come again.
    /// </param>
    /// <returns>Whether a policy still selects the workload, and it is not guarded already.</returns>
    /// <exception cref="ArgumentException">The snapshot does not fit the policy: begin without it.</exception>
    public bool Restore(GuardSnapshot snapshot, DateTimeOffset? takenAt = null)
    {
        if (roster.PolicyOf(snapshot.View) is not { } policy || roster.Find(snapshot.View.Id) is not null)
        {
            return false;
        }

        var workload = GuardedWorkload.Restore(policy, snapshot);
        roster.Join(workload);
        roster.Own(workload);
        if (takenAt is { } at)
        {
            reports.PassOver(snapshot.View.Id, at);
        }

        return true;
    }

    /// <summary>
    /// Guards by other policies from now on. Rollouts under way go on: what a policy lets Guardrail do, and how long it takes, holds at once; their
    /// budget and the weights of their signals stay; the evidence of a signal that is now defined otherwise, or no longer named, is lost; a new signal
    /// counts from the next rollout on. A workload that no policy selects any more is let go, and a new one is taken up when the feed tells of it.
    /// </summary>
    /// <param name="next">All policies; the first in order that selects a workload guards it.</param>
    /// <param name="now">Now.</param>
    /// <param name="lost">Evidence of rollouts under way that is lost by it.</param>
    /// <returns>The decisions that follow, in order; valid until the next call.</returns>
    public IReadOnlyList<Decision> Use(ImmutableArray<GuardPolicy> next, DateTimeOffset now, out ImmutableArray<LostEvidence> lost)
    {
        decisions.Clear();
        roster.Policies = next;
        var losses = ImmutableArray.CreateBuilder<LostEvidence>();
        foreach (var guarded in roster.Workloads.ToList())
        {
            var policy = roster.PolicyOf(guarded.View);
            if (policy is null)
            {
                Remove(guarded.View.Id, now, "no policy guards the workload any more");
            }
            else if (policy != guarded.Policy)
            {
                Exchange(guarded, policy, losses);
            }
        }

        lost = losses.ToImmutable();
        return decisions;
    }

    /// <summary>Takes over a message of the workload feed.</summary>
    /// <returns>The decisions that follow, in order; valid until the next call.</returns>
    public IReadOnlyList<Decision> Observe(WorkloadChange change, DateTimeOffset now)
    {
        decisions.Clear();
        switch (change)
        {
            case WorkloadChange.Snapshot snapshot:
                var seen = snapshot.Workloads.Select(w => w.Id).ToHashSet();
                foreach (var gone in roster.Workloads.Select(w => w.View.Id).Where(id => !seen.Contains(id)).ToList())
                {
                    Remove(gone, now);
                }

                foreach (var view in snapshot.Workloads)
                {
                    Take(view, now);
                }

                break;
            case WorkloadChange.Changed changed:
                Take(changed.Workload, now);
                break;
            case WorkloadChange.Removed removed:
                Remove(removed.Workload, now);
                break;
            default:
                // The cluster cannot be reached: what is known stays as it is until it can.
                break;
        }

        return decisions;
    }

    /// <summary>Takes over what a metric source told.</summary>
    /// <param name="scope">What it had been asked for.</param>
    /// <param name="report">What it told.</param>
    /// <returns>The decisions that follow, in order; valid until the next call.</returns>
    public IReadOnlyList<Decision> Observe(MetricScope scope, MetricReport report)
    {
        decisions.Clear();
        foreach (var signal in report.Signals)
        {
            reports.Take(scope, signal, report.At);
        }

        foreach (var workload in roster.Workloads)
        {
            if (reports.Concerns(scope, report.At, workload))
            {
                workload.Count(report.At);
            }
        }

        // Only when all have counted: whose trouble began first must not depend on whose turn it is.
        foreach (var workload in roster.Workloads)
        {
            if (reports.Concerns(scope, report.At, workload))
            {
                decisions.AddRange(workload.Decide(report.At));
            }
        }

        return decisions;
    }

    /// <summary>Takes note of what became of an action.</summary>
    /// <returns>The decisions that follow, in order; valid until the next call.</returns>
    public IReadOnlyList<Decision> Observe(ActionReport report)
    {
        decisions.Clear();
        if (roster.Find(report.Workload) is { } workload)
        {
            decisions.AddRange(workload.Observe(report));
        }

        return decisions;
    }

    private void Take(WorkloadView view, DateTimeOffset now)
    {
        if (roster.Find(view.Id) is { } known && known.View.Uid != view.Uid)
        {
            // Deleted and made anew under the same name: nothing of the old one holds for the new.
            Remove(view.Id, now);
        }

        var workload = roster.Find(view.Id);
        if (workload is null)
        {
            if (roster.PolicyOf(view) is not { } policy)
            {
                return;
            }

            workload = new GuardedWorkload(policy, view);
            roster.Join(workload);
        }

        roster.Disown(workload);
        decisions.AddRange(workload.Observe(view, now));
        roster.Own(workload);
    }

    private void Exchange(GuardedWorkload guarded, GuardPolicy policy, ImmutableArray<LostEvidence>.Builder losses)
    {
        var altered = SignalChange.Between(guarded.Policy, policy);
        if (guarded is { IsWatching: true, RolloutId: { } rollout } && !altered.IsEmpty)
        {
            losses.Add(new(rollout, policy.Name, altered));
        }

        roster.Disown(guarded);
        var next = GuardedWorkload.Restore(policy, SignalChange.Without(altered, guarded.Capture()));
        roster.Join(next);
        roster.Own(next);
    }

    private void Remove(WorkloadId id, DateTimeOffset now, string reason = "the workload is gone")
    {
        if (roster.Leave(id) is { } workload)
        {
            reports.Forget(id);
            decisions.AddRange(workload.Remove(now, reason));
        }
    }
}
