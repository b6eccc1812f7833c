using Guardrail.Engine.Policies;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Records;
using Guardrail.Reporting;

namespace Guardrail.Daemon.Status;

/// <summary>Where a rollout stands, in words.</summary>
internal static class RolloutWords
{
    /// <summary>In two words at most.</summary>
    public static string Phase(RolloutPicture rollout) => RecordFacts.Phase(rollout.Record) switch
    {
        nameof(RecordedPhase.RollingBack) => "rolling back",
        nameof(RecordedPhase.NeedsPerson) => "person needed",
        nameof(RolloutOutcome.RolledBack) => "rolled back",
        var one => one.ToLowerInvariant(),
    };

    /// <summary>Its tone.</summary>
    public static PageTone Tone(RolloutPicture rollout) => RecordFacts.Urgency(rollout.Record) switch
    {
        >= 70 => PageTone.Bad,
        >= 50 or 40 => PageTone.Doubtful,
        _ when rollout.Record.Status?.Outcome == RolloutOutcome.Healthy => PageTone.Good,
        _ => PageTone.Plain,
    };

    /// <summary>What is believed.</summary>
    public static string Verdict(RecordedVerdict verdict) => verdict switch
    {
        RecordedVerdict.NoEvidence => "no evidence",
        var one => one.ToString().ToLowerInvariant(),
    };

    /// <summary>What is being done or waited for; each in a few words.</summary>
    public static IEnumerable<string> States(RolloutPicture rollout, DateTimeOffset now)
    {
        var (status, view, policy) = (rollout.Status, rollout.View, rollout.Policy);
        switch (status.Phase)
        {
            case RolloutPhase.Held held:
                yield return $"held for {Words.Duration(now - held.Since)}, {Cause(held.Cause)}{(held.Shown ? "" : " (asked for; the cluster does not show it yet)")}";
                break;
            case RolloutPhase.RollingBack back when policy.Autonomy == Autonomy.Veto && now < back.Since + policy.VetoWindow:
                yield return $"going back to {back.To} in {Words.Duration(back.Since + policy.VetoWindow - now)}, unless a person vetoes it";
                break;
            case RolloutPhase.RollingBack back:
                yield return $"going back to {back.To} for {Words.Duration(now - back.Since)}";
                break;
            case RolloutPhase.Contested contested:
                yield return $"written back {(contested.Manager is { } by ? $"by {by} " : "")}after {StatusParts.Count(contested.Rollbacks, "rollback", "rollbacks")}; Guardrail gives way";
                break;
            case RolloutPhase.NeedsPerson person:
                yield return $"a person must act, for {Words.Duration(now - person.Since)}";
                break;
        }

        if (view.Pause == PauseState.ByOther && status.Phase is not RolloutPhase.Ended)
        {
            yield return "paused by somebody else, which Guardrail does not undo";
        }

        if (status.IsBlind && status.Phase is not RolloutPhase.Ended)
        {
            yield return "blind: no evidence for longer than the policy allows";
        }

        if (Of(status.Cure) is { } cure)
        {
            yield return cure;
        }
    }

    /// <summary>From which revision to which, and who changed it.</summary>
    public static string Change(RolloutPicture rollout)
    {
        var spec = rollout.Record.Spec;
        var by = spec.MadeBy == ChangeAuthor.Agent ? $", by an agent{(spec.ChangedBy is { } agent ? $" ({agent})" : "")}" : spec.ChangedBy is { } who ? $", by {who}" : "";
        return $"{spec.From} → {spec.To}{by}";
    }

    private static string Cause(HoldCause cause) => cause switch
    {
        HoldCause.Pacing => "to compare both revisions",
        HoldCause.Suspicion => "on suspicion",
        HoldCause.Frozen => "for changes by agents are frozen",
        _ => cause.ToString(),
    };

    private static string? Of(Cure? cure) => cure switch
    {
        Cure.Awaited or Cure.Watched => "looking whether the rollback was the cure",
        Cure.Cured => "the rollback was the cure",
        Cure.NotCured => "the rollback was not the cure: a person must look",
        Cure.Unknown => "whether the rollback was the cure could not be told",
        _ => null,
    };
}
