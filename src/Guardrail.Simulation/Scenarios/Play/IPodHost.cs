namespace Guardrail.Simulation.Scenarios.Play;

/// <summary>Who serves the requests of a Deployment's pods: told what happens to them, in order of time.</summary>
internal interface IPodHost
{
    /// <summary>A pod was made.</summary>
    void Made(VirtualPod pod, TimeSpan now);

    /// <summary>The container of a pod starts, for the first time or again.</summary>
    /// <returns>How it behaves.</returns>
    Traffic.Faults.RevisionBehaviour Starts(VirtualPod pod, TimeSpan now);

    /// <summary>A pod became ready and gets requests.</summary>
    void Ready(VirtualPod pod, TimeSpan now);

    /// <summary>The container of a pod ended; its counters are lost.</summary>
    void Ended(VirtualPod pod, TimeSpan now);

    /// <summary>A pod is deleted and gets no more requests.</summary>
    void Deleted(VirtualPod pod, TimeSpan now);
}
