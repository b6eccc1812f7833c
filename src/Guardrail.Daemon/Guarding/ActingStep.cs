using Guardrail.Engine.Decisions;

namespace Guardrail.Daemon.Guarding;

/// <summary>The steps by which a decision is carried out, in order. Between any two of them the process may die.</summary>
public enum ActingStep
{
    /// <summary>The intent is about to be written into the record.</summary>
    BeforeIntent,

    /// <summary>The intent stands in the record.</summary>
    AfterIntent,

    /// <summary>What belongs to the action beside the workload is about to be done: configuration is restored or kept. Only where there may be some.</summary>
    BeforeConfiguration,

    /// <summary>It was done, or could not be.</summary>
    AfterConfiguration,

    /// <summary>The workload is about to be patched.</summary>
    BeforePatch,

    /// <summary>The patch was answered, or was not.</summary>
    AfterPatch,

    /// <summary>The outcome is about to be written into the record.</summary>
    BeforeOutcome,

    /// <summary>The outcome stands in the record.</summary>
    AfterOutcome,
}

/// <summary>
/// Is told of every step of carrying a decision out. A listener of the daemon that is one of these too is told; what it throws ends the daemon on the
/// spot, as if it had been killed there: nothing more is written.
/// </summary>
public interface IActingObserver
{
    /// <summary>A step was reached.</summary>
    void Reached(ActingStep step, Decision decision);
}
