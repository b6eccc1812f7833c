using Guardrail.Engine.Decisions;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Rollouts;

/// <summary>Stops a rollout at the policy's steps and on suspicion, and lets it go on when the comparison has been long enough and calm.</summary>
internal sealed class Pacer(RolloutCase rollout, Holding holding)
{
    /// <summary>Evidence below which a held rollout may go on: at even odds or less. Between it and the hold threshold it waits for more data.</summary>
    private static readonly double Calm = Math.Log(2);

    private int stepsDone;
    private DateTimeOffset? seeingSince;
    private DateTimeOffset? comparingSince;

    /// <summary>Takes note of since when there is data.</summary>
    /// <param name="gap">Why there is no data now; null when there is.</param>
    /// <param name="wasAway">Whether nobody has looked for long, so that what was seen before is over.</param>
    /// <param name="now">The time.</param>
    public void Note(string? gap, bool wasAway, DateTimeOffset now)
    {
        seeingSince = gap is not null ? null : wasAway ? now : seeingSince ?? now;
        comparingSince = gap is null && !wasAway ? comparingSince : null;
    }

    /// <summary>Notes that a tick with both arms serving was compared.</summary>
    public void Compared(DateTimeOffset now) => comparingSince ??= now;

    /// <summary>Holds, resumes, or lets things be.</summary>
    /// <param name="view">The workload now.</param>
    /// <param name="gap">Why there is no data now; null when there is.</param>
    /// <param name="frozen">Why the rollout must wait for a person; null when it need not.</param>
    /// <param name="now">The time.</param>
    public void Pace(WorkloadView view, string? gap, string? frozen, DateTimeOffset now)
    {
        if (view.Pause == PauseState.ByGuardrail && rollout.Phase is not RolloutPhase.Held { Shown: true })
        {
            TakeOverPause(view, now);
        }

        if (view.Pause == PauseState.ResumedByOther)
        {
            holding.Refuse();
        }

        if (rollout.Phase is RolloutPhase.Held held)
        {
            ConsiderResuming(held, view, gap, frozen, now);
        }
        else if (view.Observed && holding.MayHold(view, now))
        {
            ConsiderHolding(view, frozen, now);
        }
    }

    public PacerState Capture() => new(stepsDone, seeingSince, comparingSince);

    public void Restore(PacerState state) => (stepsDone, seeingSince, comparingSince) = (state.StepsDone, state.SeeingSince, state.ComparingSince);

    /// <summary>The cluster shows the pause that was asked for, or one from before this process started.</summary>
    private void TakeOverPause(WorkloadView view, DateTimeOffset now)
    {
        rollout.Phase = rollout.Phase is RolloutPhase.Held asked ? asked with { Shown = true } : new RolloutPhase.Held(HoldCause.Pacing, now, true);
        stepsDone = Math.Max(stepsDone, PacingPlan.StepsReached(rollout.Policy.Pacing, view, rollout.Id.To));
        if (!rollout.MayAct)
        {
            var why = $"Guardrail paused the rollout earlier and autonomy is {rollout.Policy.Autonomy} now: resume it by hand";
            rollout.Decide(DecisionKind.Page, "held-before", now, why);
        }
    }

    private void ConsiderHolding(WorkloadView view, string? frozen, DateTimeOffset now)
    {
        var pacing = rollout.Policy.Pacing;
        var steps = PacingPlan.StepsReached(pacing, view, rollout.Id.To);
        if (frozen is not null)
        {
            BeginHold(HoldCause.Frozen, now);
            holding.Hold(view, now, rollout.Verdict, $"held: {frozen}");
        }
        else if (rollout.Assessment.IsSuspicious)
        {
            BeginHold(HoldCause.Suspicion, now);
            var verdict = rollout.Verdict;
            holding.Hold(view, now, verdict, $"held while the evidence is looked at: {verdict.Reason}");
        }
        else if (steps > stepsDone)
        {
            stepsDone = steps;
            BeginHold(HoldCause.Pacing, now);
            holding.Hold(view, now, rollout.Verdict, $"held at step {steps} of {pacing.StepPercents.Count}, to compare both revisions while they serve");
        }
    }

    private void BeginHold(HoldCause cause, DateTimeOffset now) =>
        (rollout.Phase, comparingSince) = (new RolloutPhase.Held(cause, now, false), null);

    private void ConsiderResuming(RolloutPhase.Held held, WorkloadView view, string? gap, string? frozen, DateTimeOffset now)
    {
        if (view.Pause != PauseState.ByGuardrail)
        {
            RetryOrYield(held, view, now);
            return;
        }

        if (!rollout.MayAct || holding.IsRefused || !rollout.Gate.IsOpen(now, view.Generation))
        {
            return;
        }

        var to = rollout.Id.To;
        if (view.Revision(to) is not { DesiredReplicas: > 0 })
        {
            holding.Resume(view, now, $"resumed: the pause is older than {to}, which has no pods to compare");
        }
        else if (!PacingPlan.BothWanted(view, to) && !PacingPlan.OthersHavePods(view, to))
        {
            holding.Resume(view, now, "resumed: the rollout was over before it could be held, no pods of the old revision are left to compare with");
        }
        else if (frozen is null)
        {
            ResumeIfLongEnough(held, view, gap, now);
        }
    }

    private void ResumeIfLongEnough(RolloutPhase.Held held, WorkloadView view, string? gap, DateTimeOffset now)
    {
        // What passes while nothing is seen is no comparison: after an outage both times begin anew.
        var pacing = rollout.Policy.Pacing;
        var compared = gap is null && comparingSince is { } began ? now - began : TimeSpan.Zero;
        var sighted = seeingSince is { } sight && sight > held.Since ? now - sight : now - held.Since;
        var assessment = rollout.Assessment;
        var calm = assessment.Belief == Belief.Healthy && assessment.LogEvidence < Calm;
        if (calm && compared >= pacing.StepDuration)
        {
            holding.Resume(view, now, $"resumed after {(now - held.Since).TotalSeconds:0} s: {rollout.Verdict.Reason}");
        }
        else if (gap is null && sighted >= pacing.MaximumHold && assessment is { IsSuspicious: false, InTrouble: false })
        {
            holding.Resume(view, now, $"resumed undecided after the longest hold of {pacing.MaximumHold.TotalMinutes:0} min: {rollout.Verdict.Reason}");
        }
    }

    /// <summary>Held, but the cluster does not show a pause of ours: not yet, no longer, or somebody else decided otherwise.</summary>
    private void RetryOrYield(RolloutPhase.Held held, WorkloadView view, DateTimeOffset now)
    {
        if (!rollout.Gate.IsOpen(now, view.Generation))
        {
            return;
        }

        if (!held.Shown && view.Pause == PauseState.Running && PacingPlan.CanHold(view, rollout.Id.To) && !holding.IsRefused)
        {
            holding.Hold(view, now, rollout.Verdict, $"held ({held.Cause})", isRetry: true);
        }
        else
        {
            rollout.Phase = rollout.Evidence is null ? new RolloutPhase.Waiting() : new RolloutPhase.Comparing();
        }
    }
}

/// <summary>State of a rollout's pacing, for snapshots.</summary>
/// <param name="StepsDone">Steps of the pacing that are over.</param>
/// <param name="SeeingSince">Since when there has been data without a gap; null while there is none.</param>
/// <param name="ComparingSince">Since when both arms have been compared at this step; null before.</param>
public sealed record PacerState(int StepsDone, DateTimeOffset? SeeingSince, DateTimeOffset? ComparingSince);
