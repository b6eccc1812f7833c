using Guardrail.Engine.Decisions;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Rollouts;

/// <summary>Pauses a rollout and lets it go on: never against somebody else's pause, never again after somebody else's resume.</summary>
internal sealed class Holding(RolloutCase rollout)
{
    private int holds;

    /// <summary>Whether the rollout is not to be held or resumed any more: somebody resumed it, or the cluster refuses.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>Leaves the rollout's pace to others from now on.</summary>
    public void Refuse() => IsRefused = true;

    /// <summary>Whether a pause would leave both revisions serving and is Guardrail's to ask for now.</summary>
    public bool MayHold(WorkloadView view, DateTimeOffset now) =>
        rollout.MayAct
        && view.Pause == PauseState.Running
        && PacingPlan.CanHold(view, rollout.Id.To)
        && !IsRefused
        && rollout.Gate.IsOpen(now, view.Generation);

    /// <summary>Holds a rollout that a person must look at.</summary>
    public void HoldForPerson(WorkloadView view, DateTimeOffset now, Verdict? verdict)
    {
        if (MayHold(view, now))
        {
            verdict ??= rollout.Verdict;
            Hold(view, now, verdict, $"held: {verdict.Reason}");
        }
    }

    /// <summary>Asks for a pause.</summary>
    public void Hold(WorkloadView view, DateTimeOffset now, Verdict verdict, string reason, bool isRetry = false)
    {
        holds += isRetry || rollout.Gate.IsUnsettled(HoldId) ? 0 : 1;
        var action = new WorkloadAction.Hold
        {
            Decision = HoldId,
            Workload = rollout.Id.Workload,
            Precondition = rollout.Expect(view),
            Reason = reason,
        };
        rollout.Act(DecisionKind.Hold, action, now, verdict, reason);
    }

    /// <summary>Asks for the end of a pause.</summary>
    public void Resume(WorkloadView view, DateTimeOffset now, string why)
    {
        var verdict = rollout.Verdict;
        var action = new WorkloadAction.Resume
        {
            Decision = new($"resume-{rollout.Id.To}-{rollout.Id.Number}-{holds}"),
            Workload = rollout.Id.Workload,
            Precondition = rollout.Expect(view) with { CurrentRevision = view.CurrentRevision },
            Reason = verdict.Reason,
        };
        rollout.Act(DecisionKind.Resume, action, now, verdict, why);
    }

    /// <summary>
    /// The template has been replaced and the controller has not made its revision yet: this rollout is over but in name. It does not make it
    /// while it is paused, so what Guardrail paused is let go.
    /// </summary>
    public void StepAside(WorkloadView view, DateTimeOffset now)
    {
        if (MayLetGo(view, now))
        {
            Resume(view, now, $"resumed: {rollout.Id.To}, which was held, has been replaced");
        }
    }

    /// <summary>The rollout is over: a pause of Guardrail's that outlived it would keep the workload between two revisions for ever.</summary>
    public void LetGo(WorkloadView view, DateTimeOffset now)
    {
        if (MayLetGo(view, now))
        {
            Resume(view, now, $"resumed: the rollout to {rollout.Id.To}, which was held, is over");
        }
    }

    public HoldingState Capture() => new(holds, IsRefused);

    public void Restore(HoldingState state) => (holds, IsRefused) = (state.Holds, state.IsRefused);

    private bool MayLetGo(WorkloadView view, DateTimeOffset now) =>
        view is { Pause: PauseState.ByGuardrail, Observed: true } && rollout.MayAct && !IsRefused && rollout.Gate.IsOpen(now, view.Generation);

    private DecisionId HoldId => new($"hold-{rollout.Id.To}-{rollout.Id.Number}-{holds}");
}

/// <summary>State of a rollout's holding, for snapshots.</summary>
/// <param name="Holds">Holds asked for.</param>
/// <param name="IsRefused">Whether it is not to be held again.</param>
public sealed record HoldingState(int Holds, bool IsRefused);
