using Guardrail.Daemon.Notifications;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Workloads;

namespace Guardrail.Daemon.Tests.Notifications;

/// <summary>Decisions as the engine makes them.</summary>
internal static class Decisions
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 5, 12, 0, 0, TimeSpan.Zero);

    public static Decision Of(DecisionKind kind, string id = "d-1", string workload = "checkout", string reason = "65 errors in 1,388 requests") => new()
    {
        Id = new(id),
        Rollout = new(new("shop", WorkloadKind.Deployment, workload), new("6f7d"), new("58c9"), 4),
        Uid = "uid-" + workload,
        At = Noon,
        Kind = kind,
        Verdict = new Verdict.Regressed(reason, "errors"),
        Reason = reason,
    };

    public static Decision WithAction(this Decision decision) => decision with
    {
        Action = new WorkloadAction.Hold
        {
            Decision = decision.Id,
            Workload = decision.Rollout.Workload,
            Precondition = new("uid", 1, null),
            Reason = decision.Reason,
        },
    };

    public static Notification Notify(DecisionKind kind, string id = "d-1", string workload = "checkout", string reason = "65 errors in 1,388 requests") =>
        Notification.Of(Of(kind, id, workload, reason))!;
}
