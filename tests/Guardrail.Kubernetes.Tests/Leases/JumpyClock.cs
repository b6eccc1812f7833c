namespace Guardrail.Kubernetes.Tests.Leases;

/// <summary>A clock that runs like another but shows another time, and whose time somebody sets.</summary>
internal sealed class JumpyClock(TimeProvider real) : TimeProvider
{
    public TimeSpan Offset { get; set; }

    public override long TimestampFrequency => real.TimestampFrequency;

    public override long GetTimestamp() => real.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => real.GetUtcNow() + Offset;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        real.CreateTimer(callback, state, dueTime, period);
}
