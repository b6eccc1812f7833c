using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Rollouts;

/// <summary>
/// Has the GitOps object suspended that brought a revision back, before the revision is rolled back once more: else it would come back once more,
/// too. Once for a rollout; where it cannot be done a person is told, and the rollback goes on without.
/// </summary>
internal sealed class Suspending(RolloutCase rollout)
{
    /// <summary>Attempts after which the rollback does not wait any longer.</summary>
    private const int MostAttempts = 3;

    /// <summary>Its own: the workload does not show that it was done.</summary>
    private ActionGate gate = new();
    private int attempts;
    private bool settled;

    private DecisionId Id => new($"suspend-{rollout.Id.To}-{rollout.Id.Number}");

    /// <summary>Whether the rollback waits for it.</summary>
    /// <param name="earlier">How often the revision was rolled back before.</param>
    public bool IsDue(int earlier) => earlier > 0 && !settled && rollout.Policy.Contest.Action == ContestAction.Suspend;

    /// <summary>Asks for it, unless that is under way.</summary>
    public void Suspend(WorkloadView view, Verdict verdict, DateTimeOffset now)
    {
        if (!gate.IsOpen(now, view.Generation))
        {
            return;
        }

        attempts++;
        var reason = $"{rollout.Id.To} was rolled back and came back, {WrittenBy(view)}: suspending what it comes from, before it is rolled back once more";
        var action = new WorkloadAction.SuspendSource
        {
            Decision = Id,
            Workload = rollout.Id.Workload,
            Precondition = rollout.Expect(view),
            Reason = reason,
            Manager = view.TemplateManager,
            ArgoCdNamespace = rollout.Policy.Contest.ArgoCdNamespace,
        };
        rollout.Act(DecisionKind.SuspendSource, action, now, verdict, reason, gate);
    }

    /// <summary>Takes note of what became of it.</summary>
    /// <returns>Whether the decision is this one.</returns>
    public bool Answer(DecisionId decision, ActionOutcome outcome, DateTimeOffset now)
    {
        if (decision != Id)
        {
            return false;
        }

        if (!gate.Answered(decision, outcome, now))
        {
            return true;
        }

        var failure = outcome switch
        {
            ActionOutcome.Impossible(var why) => why,
            ActionOutcome.Failed(var why) when attempts >= MostAttempts => why,
            ActionOutcome.LostRace(var why) when attempts >= MostAttempts => why,
            _ => null,
        };
        settled |= failure is not null || outcome is ActionOutcome.Applied or ActionOutcome.AlreadyDone;
        if (failure is not null && !rollout.IsOver)
        {
            rollout.Decide(
                DecisionKind.Page,
                "suspend-refused",
                now,
                $"{rollout.Id.To} is rolled back once more, though what brings it back could not be suspended: {failure}");
        }

        return true;
    }

    public SuspendingState Capture() => new(gate.Capture(), attempts, settled);

    public void Restore(SuspendingState? state)
    {
        if (state is not null)
        {
            (gate, attempts, settled) = (ActionGate.Restore(state.Gate), state.Attempts, state.IsSettled);
        }
    }

    private static string WrittenBy(WorkloadView view) =>
        view.TemplateManager is { } manager ? $"last written by {manager}" : "and the cluster does not tell who writes it";
}

/// <summary>State of a suspension, for snapshots.</summary>
/// <param name="Gate">Its gate.</param>
/// <param name="Attempts">How often it was asked for.</param>
/// <param name="IsSettled">Whether the rollback no longer waits for it.</param>
public sealed record SuspendingState(ActionGateState Gate, int Attempts, bool IsSettled);
