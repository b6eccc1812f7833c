namespace Guardrail.Simulation.Controllers.Kubelet;

/// <summary>By which a container that lives by itself tells the kubelet of itself, from any thread.</summary>
internal interface IContainerVoice
{
    /// <summary>Its probe found it ready, or not.</summary>
    void IsReady(bool ready);

    /// <summary>It ended.</summary>
    void Ended(bool outOfMemory);
}
