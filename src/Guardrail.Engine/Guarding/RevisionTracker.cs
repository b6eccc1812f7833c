using System.Collections.Immutable;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Safety;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Guarding;

/// <summary>
/// Follows which revision the workload's template asks for: begins and ends rollouts, and remembers which revision served, which was good, and how
/// often each was rolled back.
/// </summary>
internal sealed class RevisionTracker(GuardPolicy policy, List<Decision> decisions)
{
    /// <summary>Rollbacks of the same revision after which Guardrail stops fighting for the workload.</summary>
    private const int MostRollbacks = 2;

    private readonly Dictionary<RevisionId, int> rollbacks = [];
    private ISafety safety = NoSafety.Instance;

    /// <summary>The revision that was last seen to be good; null when none was.</summary>
    public RevisionId? LastGood { get; private set; }

    /// <summary>What holds for the whole fleet.</summary>
    public ISafety Safety
    {
        set
        {
            safety = value;
            Rollout?.Safety = value;
        }
    }

    /// <summary>The rollout being watched, or the last one; null when none has been seen.</summary>
    public Rollout? Rollout { get; private set; }

    /// <summary>The rollout being watched; null when none is.</summary>
    public Rollout? Watched => Rollout is { IsOver: false } ? Rollout : null;

    /// <summary>The revision that serves when no rollout is watched; null before the workload was seen settled.</summary>
    public RevisionId? Serving { get; private set; }

    /// <summary>Notices that the workload's template asks for another revision than before.</summary>
    /// <returns>Whether a rollout begins to be watched.</returns>
    public bool Follow(WorkloadView view, DateTimeOffset now)
    {
        if (!view.Observed || view.CurrentRevision is not { } current)
        {
            return false;
        }

        if (Serving is null)
        {
            var other = RevisionHistory.ServingBeside(view, current);
            Serving = LastGood = other is { } beside && !view.Quarantined.Contains(beside) ? beside : current;
        }

        if (Watched is { } watched)
        {
            if (watched.CameBack(view))
            {
                watched.EndRolledBack(view, watched.RollbackAskedTo!.Value, now);
                Settle(watched, view);
            }
            else if (watched.Id.To == current)
            {
                return false;
            }
            else
            {
                Leave(watched, view, current, now);
            }
        }

        return current != Serving && Begin(view, current, now);
    }

    /// <summary>Looks at the rollout anew and decides.</summary>
    /// <param name="view">The workload now.</param>
    /// <param name="gap">Why there is no data now; null when there is.</param>
    /// <param name="now">The time of the observation.</param>
    public void Advance(WorkloadView view, string? gap, DateTimeOffset now)
    {
        if (Rollout is not { } rollout)
        {
            return;
        }

        var to = rollout.Id.To;
        var isQuarantined = view.Quarantined.Contains(to) && view.CurrentRevision == to;
        var quarantine = isQuarantined ? $"{to} was rolled back before and has not been released" : null;
        var times = rollbacks.GetValueOrDefault(to);
        var contest = times >= MostRollbacks ? new Contest(to, times, view.TemplateManager) : null;
        var wasOver = rollout.IsOver;
        rollout.Advance(view, new(RollbackTarget.Choose(view, to, LastGood), contest, times), gap, quarantine, now);
        rollout.TakeDecisions(decisions);
        if (!wasOver && rollout.IsOver)
        {
            Settle(rollout, view);
        }
    }

    /// <summary>Takes note of what became of an action.</summary>
    public void Answer(DecisionId decision, ActionOutcome outcome, DateTimeOffset now)
    {
        Rollout?.Answer(decision, outcome, now);
        Rollout?.TakeDecisions(decisions);
    }

    /// <summary>The workload is gone, or no longer guarded.</summary>
    public void Remove(DateTimeOffset now, string reason)
    {
        if (Watched is { } watched)
        {
            watched.End(RolloutOutcome.Removed, now, reason);
        }

        Rollout?.GiveUpCure(now, reason);
        Rollout?.TakeDecisions(decisions);
    }

    public RevisionTrackerState Capture() => new(Serving, LastGood, [.. rollbacks], Rollout?.Capture());

    public void Restore(RevisionTrackerState state)
    {
        (Serving, LastGood) = (state.Serving, state.LastGood);
        Rollout = state.Rollout is { } rollout ? Rollouts.Rollout.Restore(rollout, policy) : null;
        foreach (var (revision, count) in state.Rollbacks)
        {
            rollbacks.Add(revision, count);
        }
    }

    private void Leave(Rollout watched, WorkloadView view, RevisionId current, DateTimeOffset now)
    {
        var reverted = current == watched.Id.From || current == LastGood;
        var onRequest = reverted && view.RequestedRollback is { } request && request.Decision != watched.EarlierRequest;
        if (onRequest || watched.RollbackAskedTo == current)
        {
            watched.EndRolledBack(view, current, now);
        }
        else
        {
            watched.End(
                reverted ? RolloutOutcome.Reverted : RolloutOutcome.Superseded,
                now,
                reverted ? $"somebody else returned the workload to {current}" : $"replaced by a rollout to {current}");
        }

        Serving = RevisionHistory.ServingBeside(view, current) ?? watched.Id.From;
        Settle(watched, view);
    }

    /// <summary>Draws the conclusions of a rollout that has just ended.</summary>
    private void Settle(Rollout ended, WorkloadView view)
    {
        ended.TakeDecisions(decisions);
        if (ended.RollbackAskedTo is not null)
        {
            // Even if somebody else may have been faster: what counts is that it does not go on for ever.
            rollbacks[ended.Id.To] = rollbacks.GetValueOrDefault(ended.Id.To) + 1;
        }

        switch (((RolloutPhase.Ended)ended.Phase).Outcome)
        {
            case RolloutOutcome.RolledBack when ended.RollbackAskedTo is { } restored && (view.CurrentRevision == restored || view.CurrentRevision == ended.Id.To):
                Serving = LastGood = restored;
                break;
            case RolloutOutcome.Healthy:
                Serving = LastGood = ended.Id.To;
                break;
            case RolloutOutcome.Reverted or RolloutOutcome.RolledBack:
                Serving = view.CurrentRevision ?? ended.Id.From;
                break;
            case RolloutOutcome.Undecided or RolloutOutcome.Blind:
                Serving = ended.Id.To;
                break;
            default:
                break;
        }
    }

    private bool Begin(WorkloadView view, RevisionId to, DateTimeOffset now)
    {
        var from = RevisionHistory.ServingBeside(view, to, preferred: LastGood) ?? Serving!.Value;
        if (RevisionHistory.IsReturn(view, to, LastGood))
        {
            // A return to a revision known to be good is the cure, not a change to be judged.
            (Serving, LastGood) = (to, to);
            if (Rollout is null && view.Pause == PauseState.ByGuardrail)
            {
                // Held by an earlier process and taken back since: there is nothing to watch, but a pause to let go.
                Rollout = NewRollout(view, from, to, now);
                Rollout.End(RolloutOutcome.Reverted, now, $"somebody else returned the workload to {to}");
            }

            return false;
        }

        if (view.Quarantined.Contains(to))
        {
            // A process that begins anew does not remember, but the quarantine says that it was rolled back once.
            rollbacks[to] = Math.Max(1, rollbacks.GetValueOrDefault(to));
        }

        Rollout?.GiveUpCure(now, $"{to} is being rolled out");
        Rollout?.TakeDecisions(decisions);
        Rollout = NewRollout(view, from, to, now);
        Rollout.Announce(now, $"watching the rollout from {from} to {to}{PacingPlan.WhyUnpaced(policy.Pacing, view)}");
        return true;
    }

    private Rollout NewRollout(WorkloadView view, RevisionId from, RevisionId to, DateTimeOffset now)
    {
        var id = new RolloutId(view.Id, from, to, view.Revision(to)?.Number ?? 0);
        var budget = policy.FalseRollbackBudget.Value * Math.Pow(0.5, rollbacks.GetValueOrDefault(to));
        return new Rollout(policy, budget, id, view.Uid, RevisionHistory.FirstPodOf(view, to) ?? now, now)
        {
            Safety = safety,
            EarlierRequest = view.RequestedRollback?.Decision,
        };
    }
}

/// <summary>What is remembered of a workload's revisions, for snapshots.</summary>
/// <param name="Serving">The revision that serves when no rollout is watched.</param>
/// <param name="LastGood">The revision that was last seen to be good.</param>
/// <param name="Rollbacks">How often each revision was rolled back.</param>
/// <param name="Rollout">The rollout being watched, or the last one.</param>
public sealed record RevisionTrackerState(
    RevisionId? Serving, RevisionId? LastGood, ImmutableArray<KeyValuePair<RevisionId, int>> Rollbacks, RolloutState? Rollout);
