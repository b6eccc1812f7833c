using System.Security.Cryptography;
using System.Text;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Workloads;

namespace Guardrail.Daemon.Notifications;

/// <summary>One thing that people are told.</summary>
public sealed record Notification
{
    /// <summary>
    /// Names it: 32 hexadecimal digits that follow from rollout, decision and kind, so that they are the same in every attempt and after a restart.
    /// Who gets it twice drops the second.
    /// </summary>
    public required string Key { get; init; }

    /// <summary>What it is about.</summary>
    public required NotificationKind Kind { get; init; }

    /// <summary>How grave it is.</summary>
    public required NotificationSeverity Severity { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What happened, in a few words.</summary>
    public required string Title { get; init; }

    /// <summary>Why, in counts, for people.</summary>
    public required string Reason { get; init; }

    /// <summary>The rollout; null when it is about none.</summary>
    public RolloutId? Rollout { get; init; }

    /// <summary>Uid of the rollout's workload; null when it is about none.</summary>
    public string? Uid { get; init; }

    /// <summary>The decision; null when there was none.</summary>
    public DecisionId? Decision { get; init; }

    /// <summary>What is believed of the rollout: Healthy, Regressed, Undecided or NoEvidence; null when it is about none.</summary>
    public string? Verdict { get; init; }

    /// <summary>What is told of a decision; null for one that only concerns Guardrail's own books, or repeats an earlier one.</summary>
    public static Notification? Of(Decision decision)
    {
        if (decision.IsRetry || KindOf(decision) is not { } kind)
        {
            return null;
        }

        return new Notification
        {
            Key = KeyOf(decision.Uid, decision.Rollout.ToString(), decision.Id.Value, kind.ToString()),
            Kind = kind,
            Severity = SeverityOf(kind, decision),
            At = decision.At,
            Title = TitleOf(kind, decision.Rollout),
            Reason = decision.Reason,
            Rollout = decision.Rollout,
            Uid = decision.Uid,
            Decision = decision.Id,
            Verdict = decision.Verdict.Name,
        };
    }

    /// <summary>That an instance lost the lead and ends.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="identity">The instance.</param>
    /// <param name="reason">Why, in one sentence.</param>
    /// <param name="at">When.</param>
    public static Notification LeaderLost(string lease, string identity, string reason, DateTimeOffset at) => new()
    {
        Key = KeyOf(lease, identity, nameof(NotificationKind.LeaderLost)),
        Kind = NotificationKind.LeaderLost,
        Severity = NotificationSeverity.Warning,
        At = at,
        Title = $"Guardrail instance {identity} lost the lead and ended",
        Reason = reason,
    };

    private static NotificationKind? KindOf(Decision decision) => decision.Kind switch
    {
        DecisionKind.Hold => NotificationKind.RolloutHeld,
        DecisionKind.Resume => NotificationKind.RolloutResumed,
        DecisionKind.RollBack => decision.Action is null ? NotificationKind.WouldRollBack : NotificationKind.RolledBack,
        DecisionKind.Page => CauseOf(decision.Id.Value),
        DecisionKind.NotCured => NotificationKind.CureNotVerified,
        DecisionKind.SuspendSource => NotificationKind.SourceSuspended,
        DecisionKind.Blind => NotificationKind.Blind,
        DecisionKind.EvidenceReturned => NotificationKind.SeeingAgain,
        DecisionKind.End => NotificationKind.RolloutEnded,
        _ => decision.CallsPerson ? NotificationKind.PersonNeeded : null,
    };

    /// <summary>Why a person is called: the first word of the decision's name says it.</summary>
    private static NotificationKind CauseOf(string decision) => decision.Split('-', 2)[0] switch
    {
        "contested" => NotificationKind.Contested,
        "storm" => NotificationKind.Storm,
        _ => NotificationKind.PersonNeeded,
    };

    private static NotificationSeverity SeverityOf(NotificationKind kind, Decision decision) => kind switch
    {
        NotificationKind.RolledBack or NotificationKind.WouldRollBack or NotificationKind.PersonNeeded or NotificationKind.Contested
            or NotificationKind.CureNotVerified or NotificationKind.Storm => NotificationSeverity.Critical,
        NotificationKind.RolloutHeld when decision.Verdict is Engine.Decisions.Verdict.Regressed => NotificationSeverity.Warning,
        NotificationKind.Blind or NotificationKind.SourceSuspended => NotificationSeverity.Warning,
        _ => NotificationSeverity.Info,
    };

    private static string TitleOf(NotificationKind kind, RolloutId rollout) => kind switch
    {
        NotificationKind.RolloutHeld => $"Held the rollout of {rollout.Workload}",
        NotificationKind.RolloutResumed => $"The rollout of {rollout.Workload} goes on",
        NotificationKind.RolledBack => $"Rolling back {rollout.Workload}",
        NotificationKind.WouldRollBack => $"Would roll back {rollout.Workload}",
        NotificationKind.PersonNeeded => $"A person is needed for {rollout.Workload}",
        NotificationKind.Blind => $"Blind to the rollout of {rollout.Workload}",
        NotificationKind.SeeingAgain => $"Evidence of {rollout.Workload} comes in again",
        NotificationKind.Contested => $"Somebody keeps writing a bad revision of {rollout.Workload} back",
        NotificationKind.SourceSuspended => $"Suspending what {rollout.Workload} comes from",
        NotificationKind.CureNotVerified => $"The rollback of {rollout.Workload} did not cure it",
        NotificationKind.Storm => $"Too many rollbacks at once: {rollout.Workload} is left to a person",
        _ => $"The rollout of {rollout.Workload} is over",
    };

    private static string KeyOf(params string[] parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))))[..32];
}
