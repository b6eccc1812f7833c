namespace Guardrail.Daemon.Notifications;

/// <summary>How alerts are kept alive in an Alertmanager.</summary>
internal sealed record AlertmanagerOptions
{
    /// <summary>How often alerts that still hold are posted again. Default 1 min.</summary>
    public TimeSpan RepeatEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>After how long an alert that is not posted again ends by itself, as when this process dies. Default 4 min.</summary>
    public TimeSpan EndsAfter { get; init; } = TimeSpan.FromMinutes(4);

    /// <summary>Least time an alert fires: Alertmanager waits for a group to form, and forgets what ended before. Default 5 min.</summary>
    public TimeSpan Least { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long something fires that has no end of its own, such as a rollback. Default 15 min.</summary>
    public TimeSpan Event { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Most alerts at once; then the oldest is forgotten, and ends by itself. Default 1000.</summary>
    public int Most { get; init; } = 1000;
}
