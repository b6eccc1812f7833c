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
}
