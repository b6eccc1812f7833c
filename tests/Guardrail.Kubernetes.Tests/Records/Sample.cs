using Guardrail.Engine.Decisions;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Kubernetes.Tests.Records;

/// <summary>Rollouts to be recorded.</summary>
internal static class Sample
{
    public static readonly DateTimeOffset Now = new(2026, 3, 5, 12, 0, 0, TimeSpan.Zero);
    public static readonly WorkloadId Checkout = new("shop", WorkloadKind.Deployment, "checkout");

    public static RolloutId Rollout(int number = 4) => new(Checkout, new("6f7d"), new($"58c{number}"), number);

    public static RecordFile File(RecordStore store, TimeProvider time, int number = 4) => new(store, time, Rollout(number), "u-1", "shop", "agent");

    public static GuardedRollout Blank() => new()
    {
        Metadata = new() { Name = RecordName.Of(Rollout(), "u-1"), Namespace = "shop", Labels = RecordLabels.Of(Checkout) },
        Spec = new() { Workload = new() { Kind = WorkloadKind.Deployment, Name = "checkout", Uid = "u-1" }, Policy = "shop", From = "6f7d", To = "58c4", Number = 4 },
    };

    public static WorkloadAction.RollBack RollBack(string decision = "rollback-58c4-4") => new()
    {
        Decision = new(decision),
        Workload = Checkout,
        Precondition = new("u-1", 7, new RevisionId("58c4")),
        Reason = "40 of 41 errors came from 8 % of the traffic",
        To = new("6f7d"),
    };

    public static Decision Decision(DecisionKind kind, int second = 0) => new()
    {
        Id = new($"{kind}-{second}"),
        Rollout = Rollout(),
        Uid = "u-1",
        At = Now.AddSeconds(second),
        Kind = kind,
        Verdict = new Verdict.Undecided("too little data"),
        Reason = "because",
    };

    public static Func<GuardedRolloutStatus, GuardedRolloutStatus> Intend(WorkloadAction action, string writer = "one") =>
        status => status.Intended(Intent.Of(action, Now, writer));
}
