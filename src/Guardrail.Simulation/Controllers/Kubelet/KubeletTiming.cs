namespace Guardrail.Simulation.Controllers.Kubelet;

/// <summary>How long pods take. Every time varies by <see cref="Jitter"/>, by the seed and the pod's name.</summary>
public sealed record KubeletTiming
{
    /// <summary>From creation until the pod has a node. Default 60 ms.</summary>
    public TimeSpan Bind { get; init; } = TimeSpan.FromMilliseconds(60);

    /// <summary>From the start of a container until it is ready. Default 150 ms.</summary>
    public TimeSpan Ready { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>The same for images whose tag contains <c>slow</c>. Default 3 s.</summary>
    public TimeSpan ReadySlow { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>From the delete of a pod until it is gone; never longer than its grace period. Default 120 ms.</summary>
    public TimeSpan End { get; init; } = TimeSpan.FromMilliseconds(120);

    /// <summary>Wait before the second restart of a container; doubles up to 5 minutes. Default 10 s.</summary>
    public TimeSpan CrashBackOff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Run time after which a container that ends is restarted as if for the first time. Default 10 minutes.</summary>
    public TimeSpan ForgetCrashesAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Share by which times vary up and down, 0 to 1. Default 0.2.</summary>
    public double Jitter { get; init; } = 0.2;
}
