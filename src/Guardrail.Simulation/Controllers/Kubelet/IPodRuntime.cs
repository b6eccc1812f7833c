using System.Text.Json.Nodes;

namespace Guardrail.Simulation.Controllers.Kubelet;

/// <summary>What runs inside the pods: told by the kubelet what happens, asked by it how containers behave.</summary>
internal interface IPodRuntime
{
    /// <summary>Annotations that a pod gets when it is bound to its node.</summary>
    IEnumerable<KeyValuePair<string, string>> Annotations(JsonObject pod);

    /// <summary>How the container run that starts now goes.</summary>
    ContainerRun Start(JsonObject pod, DateTimeOffset at);

    /// <summary>The pod became ready and gets traffic.</summary>
    void Ready(JsonObject pod, DateTimeOffset at);

    /// <summary>The container ended; its counters are lost.</summary>
    void Ended(JsonObject pod, DateTimeOffset at);

    /// <summary>The pod is being deleted and gets no more traffic.</summary>
    void Leaving(JsonObject pod, DateTimeOffset at);

    /// <summary>The pod is gone.</summary>
    void Gone(JsonObject pod, DateTimeOffset at);
}

/// <summary>How one run of a container goes. Closed.</summary>
internal abstract record ContainerRun
{
    private ContainerRun()
    {
    }

    /// <summary>The image cannot be pulled: there is no run.</summary>
    public sealed record PullFails : ContainerRun;

    /// <summary>The container runs.</summary>
    /// <param name="ReadyAfter">When it is ready; null when never.</param>
    /// <param name="EndsAfter">When it ends by itself; null when it does not.</param>
    /// <param name="OutOfMemory">Whether it ends by an out-of-memory kill.</param>
    public sealed record Runs(TimeSpan? ReadyAfter, TimeSpan? EndsAfter, bool OutOfMemory) : ContainerRun;

    /// <summary>The container lives by itself and tells of itself.</summary>
    /// <param name="Address">Address of its pod.</param>
    /// <param name="Begin">Lets it begin; takes what it tells the kubelet by.</param>
    public sealed record Lives(string Address, Action<IContainerVoice> Begin) : ContainerRun;
}
