namespace Guardrail.Daemon.Notifications;

/// <summary>What people are told of.</summary>
public enum NotificationKind
{
    /// <summary>A rollout was paused where it stands.</summary>
    RolloutHeld,

    /// <summary>A rollout that Guardrail held goes on.</summary>
    RolloutResumed,

    /// <summary>A rollout is taken back.</summary>
    RolledBack,

    /// <summary>A rollout would be taken back if the policy's autonomy allowed it.</summary>
    WouldRollBack,

    /// <summary>A person has to act.</summary>
    PersonNeeded,

    /// <summary>There has been no evidence for longer than the blind budget.</summary>
    Blind,

    /// <summary>Evidence comes in again.</summary>
    SeeingAgain,

    /// <summary>Somebody keeps writing a revision back that was rolled back.</summary>
    Contested,

    /// <summary>The GitOps object that brings a bad revision back is being suspended.</summary>
    SourceSuspended,

    /// <summary>A rollback did not make it better: the revision was not the cause.</summary>
    CureNotVerified,

    /// <summary>More rollbacks were due than are done at once; the rest is decided and not done.</summary>
    Storm,

    /// <summary>A rollout is over.</summary>
    RolloutEnded,

    /// <summary>An instance lost the lead and ended.</summary>
    LeaderLost,
}

/// <summary>How grave it is.</summary>
public enum NotificationSeverity
{
    /// <summary>Good to know.</summary>
    Info,

    /// <summary>Somebody should look today.</summary>
    Warning,

    /// <summary>Somebody should look now.</summary>
    Critical,
}
