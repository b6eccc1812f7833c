using Guardrail.Engine.Decisions;
using Guardrail.Engine.Workloads;

namespace Guardrail.Simulation.Scenarios.Play;

/// <summary>Carries out an action on a Deployment as the daemon's actuator does: conditional on what the decision was made on, and once.</summary>
internal static class VirtualActuator
{
    public static ActionOutcome Apply(WorkloadAction action, VirtualDeployment? deployment, TimeSpan now)
    {
        if (deployment is null || deployment.Uid != action.Precondition.Uid)
        {
            return new ActionOutcome.LostRace("the Deployment is gone or was made anew");
        }

        if (action is WorkloadAction.RollBack && deployment.RolledBackBy == action.Decision.Value)
        {
            return new ActionOutcome.AlreadyDone();
        }

        if (action is WorkloadAction.Resume && !deployment.IsPaused)
        {
            return new ActionOutcome.AlreadyDone();
        }

        if (action is WorkloadAction.Hold && deployment.IsPaused)
        {
            return new ActionOutcome.AlreadyDone();
        }

        return deployment.Generation != action.Precondition.Generation || deployment.Current?.Name != action.Precondition.CurrentRevision?.Hash
            ? new ActionOutcome.LostRace("the Deployment has changed")
            : Write(action, deployment, now);
    }

    private static ActionOutcome Write(WorkloadAction action, VirtualDeployment deployment, TimeSpan now)
    {
        switch (action)
        {
            case WorkloadAction.Hold:
                deployment.Hold(PauseState.ByGuardrail, now);
                break;
            case WorkloadAction.Resume:
                deployment.Resume(byGuardrail: true, now);
                break;
            case WorkloadAction.RollBack rollBack when deployment.Revisions.FirstOrDefault(r => r.Name == rollBack.To.Hash) is { } to:
                deployment.RollBack(to, action.Decision.Value, now);
                break;
            case WorkloadAction.StampKnownGood when deployment.Current is { } current:
                deployment.StampKnownGood(current);
                break;
            default:
                return new ActionOutcome.Impossible("the Deployment has no such revision or pod");
        }

        return new ActionOutcome.Applied();
    }
}
