using Guardrail.Engine.Counting;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Evidence;

/// <summary>The two sides of a comparison.</summary>
internal enum Arm
{
    /// <summary>Pods of the from-revision.</summary>
    Control,

    /// <summary>Pods of the to-revision.</summary>
    Canary,
}

/// <summary>Tells which arm a pod's counts belong to.</summary>
internal interface IPodArms
{
    /// <summary>The pod's arm; null when its counts since <paramref name="since"/> are left out of account for this signal.</summary>
    Arm? ArmOf(PodId pod, DateTimeOffset since, SignalDefinition signal);

    /// <summary>The arm of a pod that has been ready, and long enough to be sent requests, since before <paramref name="since"/>; else null.</summary>
    Arm? ReadyArmOf(PodId pod, DateTimeOffset since);

    /// <summary>Whether no pod of the from-revision is left.</summary>
    bool ControlIsGone { get; }

    /// <summary>Whether every pod that is ready has counts in the tick, so that their sum is all there was.</summary>
    bool AllReadyReport(CounterLedger ledger);
}
