using Guardrail.Engine.Decisions;

namespace Guardrail.Kubernetes.Acting;

/// <summary>What an action comes to, given the workload as it is. Closed: nothing to write, or one conditional write or delete.</summary>
internal abstract record ActionPlan
{
    private ActionPlan()
    {
    }

    /// <summary>Nothing is written.</summary>
    internal sealed record Finished(ActionOutcome Outcome) : ActionPlan;

    /// <summary>One patch of one object, which fails as a whole if the object has changed in what matters.</summary>
    /// <param name="Path">Path of the object below the server's address.</param>
    /// <param name="Patch">The patch.</param>
    internal sealed record Write(string Path, JsonPatch Patch) : ActionPlan;

    /// <summary>One pod is deleted, if it is still the one and as it was.</summary>
    /// <param name="Path">Path of the pod below the server's address.</param>
    /// <param name="Uid">Its uid.</param>
    /// <param name="ResourceVersion">Its version: a pod that has become ready since is left alone.</param>
    internal sealed record Delete(string Path, string Uid, string ResourceVersion) : ActionPlan;

    public static ActionPlan Done { get; } = new Finished(new ActionOutcome.AlreadyDone());

    public static ActionPlan Lost(string reason) => new Finished(new ActionOutcome.LostRace(reason));

    public static ActionPlan Never(string reason) => new Finished(new ActionOutcome.Impossible(reason));
}
