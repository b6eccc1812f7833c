using Guardrail.Engine.Counting;
using Guardrail.Engine.Evidence;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Tests.Detectors;

/// <summary>Pods whose name begins with "old" are the old revision's, all others the new one's.</summary>
internal sealed class PodsByName : IPodArms
{
    public bool ControlIsGone { get; set; }

    public Arm? ArmOf(PodId pod, DateTimeOffset since, SignalDefinition signal) =>
        pod.Name.StartsWith("old", StringComparison.Ordinal) ? Arm.Control : Arm.Canary;

    public Arm? ReadyArmOf(PodId pod, DateTimeOffset since) => ArmOf(pod, since, SignalPresets.Http[0]);

    public bool AllReadyReport(CounterLedger ledger) => true;
}
