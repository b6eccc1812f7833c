using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Guarding;

/// <summary>
/// The second step of a rollback of a StatefulSet: its controller replaces no pod while one is not ready, so a broken pod of the bad revision
/// keeps it from going back for ever. Told by the view alone, not by what was done before: whoever looks after a crash finishes it.
/// </summary>
internal sealed class Leftovers
{
    private ActionGate gate = new();
    private string? pod;
    private string? refused;
    private string? untold;

    /// <summary>The pod to be deleted next; null when there is none. Only what Guardrail rolled back is quarantined.</summary>
    public static PodView? First(WorkloadView view)
    {
        if (view.Id.Kind != WorkloadKind.StatefulSet || view is not { Observed: true, RollsGradually: true, CurrentRevision: { } current }
            || view.Quarantined.Contains(current))
        {
            return null;
        }

        foreach (var pod in view.Pods)
        {
            if (pod.Revision != current && pod.ReadySince is null && view.Quarantined.Contains(pod.Revision))
            {
                return pod;
            }
        }

        return null;
    }

    /// <summary>The decision that is due now; null when none is.</summary>
    public Decision? Next(GuardPolicy policy, WorkloadView view, DateTimeOffset now)
    {
        if (policy.Autonomy is not (Autonomy.Veto or Autonomy.Enforce) || First(view) is not { } broken)
        {
            return null;
        }

        (gate, pod) = broken.Uid == pod ? (gate, pod) : (new ActionGate(), broken.Uid);
        if (broken.Uid == refused)
        {
            var why = untold;
            untold = null;
            return why is null ? null : Page(view, broken, why, now);
        }

        return gate.IsOpen(now, view.Generation) ? Delete(view, broken, now) : null;
    }

    /// <summary>Takes note of what became of an action.</summary>
    public void Answer(DecisionId decision, ActionOutcome outcome, DateTimeOffset now)
    {
        if (gate.Answered(decision, outcome, now) && outcome is ActionOutcome.Impossible impossible)
        {
            (refused, untold) = (pod, impossible.Reason);
        }
    }

    public LeftoversState Capture() => new(pod, gate.Capture(), refused, untold);

    public static Leftovers Restore(LeftoversState? state) => state is null
        ? new()
        : new() { pod = state.Pod, gate = ActionGate.Restore(state.Gate), refused = state.Refused, untold = state.Untold };

    private Decision Delete(WorkloadView view, PodView broken, DateTimeOffset now)
    {
        var to = view.CurrentRevision!.Value;
        var id = new DecisionId($"delete-{broken.Id.Name}-{broken.Uid}");
        var retry = gate.IsUnsettled(id);
        var reason = $"{broken.Id.Name} of {broken.Revision}, which was rolled back, is not ready, and the StatefulSet replaces no pod before it is: "
            + $"deleted, so that it comes back as {to}";
        gate.Asked(id, view.Generation, now);
        return Make(DecisionKind.DeletePod, id, view, broken, reason, now) with
        {
            IsRetry = retry,
            Action = new WorkloadAction.DeletePod
            {
                Decision = id,
                Workload = view.Id,
                Precondition = new(view.Uid, view.Generation, to),
                Reason = reason,
                Pod = broken.Id,
                PodUid = broken.Uid,
            },
        };
    }

    private static Decision Page(WorkloadView view, PodView broken, string why, DateTimeOffset now) => Make(
        DecisionKind.Page,
        new($"stuck-{broken.Id.Name}-{broken.Uid}"),
        view,
        broken,
        $"{broken.Id.Name} of {broken.Revision}, which was rolled back, is in the way and cannot be deleted: {why} Delete it by hand.",
        now);

    private static Decision Make(DecisionKind kind, DecisionId id, WorkloadView view, PodView broken, string reason, DateTimeOffset now)
    {
        var to = view.CurrentRevision!.Value;
        return new()
        {
            Id = id,
            Rollout = new(view.Id, broken.Revision, to, view.Revision(to)?.Number ?? 0),
            Uid = view.Uid,
            At = now,
            Kind = kind,
            Verdict = new Verdict.Regressed($"{broken.Revision} was rolled back", "lifecycle"),
            Reason = reason,
        };
    }
}

/// <summary>State of the clearing of broken pods, for snapshots.</summary>
/// <param name="Pod">Uid of the pod that was asked to be deleted last; null for none.</param>
/// <param name="Gate">The action that is waited for.</param>
/// <param name="Refused">Uid of a pod that cannot be deleted; null for none.</param>
/// <param name="Untold">Why not, while a person has not been told.</param>
public sealed record LeftoversState(string? Pod, ActionGateState Gate, string? Refused, string? Untold);
