using Guardrail.Daemon.Health;
using Guardrail.Kubernetes.Leases;

namespace Guardrail.Daemon.Leading;

/// <summary>Whether this daemon leads, and whether it may act at this moment.</summary>
public sealed class Leadership
{
    private volatile LeadershipState state = new LeadershipState.Alone();
    private volatile HeldLease? lease;
    private readonly TaskCompletionSource whenLost = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Where it stands.</summary>
    public LeadershipState State => state;

    /// <summary>Whether it does the work: as leader, or as the only one.</summary>
    public bool IsLeader => state is LeadershipState.Leading or LeadershipState.Alone;

    /// <summary>Whether a change of the cluster may be begun at this moment.</summary>
    public bool MayAct => state is LeadershipState.Alone || lease is { IsValid: true };

    /// <summary>Cancelled when the lease is lost; never when there is none.</summary>
    public CancellationToken Lost => lease?.LostToken ?? CancellationToken.None;

    /// <summary>Completes when the lead is lost; never when it is given back.</summary>
    public Task WhenLost => whenLost.Task;

    /// <summary>Readiness of this part: standing by is ready, for there is nothing else to do.</summary>
    internal ReadinessPart Readiness { get; } = new("leadership", "the lease has not been looked at yet");

    internal void Stand() => Move(new LeadershipState.Unknown("the lease has not been looked at yet"));

    internal void Lead(HeldLease held, string identity)
    {
        lease = held;
        Move(new LeadershipState.Leading(identity));
    }

    internal void Move(LeadershipState to)
    {
        state = to;
        switch (to)
        {
            case LeadershipState.StandingBy waiting:
                Readiness.Succeed($"standing by; the leader is {waiting.Leader}");
                break;
            case LeadershipState.Leading leading:
                Readiness.Succeed($"leading as {leading.Identity}");
                break;
            case LeadershipState.Unknown unknown:
                Readiness.Fail(unknown.Problem);
                break;
            case LeadershipState.Lost lost:
                Readiness.Fail(lost.Reason);
                whenLost.TrySetResult();
                break;
        }
    }
}
