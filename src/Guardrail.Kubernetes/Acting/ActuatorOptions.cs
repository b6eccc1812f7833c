namespace Guardrail.Kubernetes.Acting;

/// <summary>How the actuator behaves.</summary>
public sealed record ActuatorOptions
{
    /// <summary>Clock of limits, pauses and stamps.</summary>
    public required TimeProvider TimeProvider { get; init; }

    /// <summary>Name of this process in the Events it writes, at most 128 characters, such as the pod's name.</summary>
    public required string Instance { get; init; }

    /// <summary>Seed of the jitter between two attempts to read.</summary>
    public int Seed { get; init; }

    /// <summary>How long one request may take. Default 10 s.</summary>
    public TimeSpan RequestLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Further attempts at a read that failed for a transient reason, 1 to 10; a write is attempted once. Default 3.</summary>
    public int ReadRetries { get; init; } = 3;

    /// <summary>Told, in one sentence, when an announcement could not be written. Default: nobody.</summary>
    public Action<string> OnAnnouncementFault { get; init; } = static _ => { };
}
