using Guardrail.Simulation.Traffic.Randomness;

namespace Guardrail.Simulation.Controllers.Kubelet;

/// <summary>What the kubelet knows of one pod beyond what the API server shows.</summary>
internal sealed class PodRun(string uid, RandomSource random)
{
    public string Uid { get; } = uid;

    public RandomSource Random { get; } = random;

    public ContainerState State { get; set; } = new ContainerState.Unbound();

    public bool IsReady { get; set; }

    /// <summary>What the container last told of its readiness; null when it told nothing.</summary>
    public bool? ToldReady { get; set; }

    public string Address { get; set; } = "127.0.0.1";

    public int Restarts { get; set; }

    /// <summary>Ends in a row without a long run between them.</summary>
    public int Crashes { get; set; }

    public PodRunEnd? LastEnd { get; set; }

    /// <summary>When the pod's state changes next by itself; null when it does not.</summary>
    public DateTimeOffset? Due { get; set; }

    /// <summary>When the pod is gone, once it is being deleted.</summary>
    public DateTimeOffset? Ends { get; set; }
}

/// <summary>How a container's last run ended.</summary>
internal sealed record PodRunEnd(DateTimeOffset Started, DateTimeOffset Finished, bool OutOfMemory);

/// <summary>Where the containers of a pod stand. Closed.</summary>
internal abstract record ContainerState
{
    private ContainerState()
    {
    }

    public sealed record Unbound : ContainerState;

    public sealed record Starting : ContainerState;

    public sealed record PullFailing : ContainerState;

    public sealed record Running(DateTimeOffset Since, DateTimeOffset? ReadyAt, DateTimeOffset? EndsAt, bool OutOfMemory) : ContainerState;

    public sealed record BackingOff(TimeSpan Wait) : ContainerState;
}
