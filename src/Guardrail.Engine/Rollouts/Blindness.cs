using Guardrail.Engine.Decisions;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Rollouts;

/// <summary>Tells when a rollout has gone without evidence for longer than the policy's blind budget, and when evidence comes in again.</summary>
internal sealed class Blindness(RolloutCase rollout, DateTimeOffset seenAt)
{
    private DateTimeOffset lastEvidenceAt = seenAt;

    /// <summary>Whether the blind budget is spent.</summary>
    public bool IsBlind { get; private set; }

    /// <summary>Notes that there was something to compare.</summary>
    public void Saw(DateTimeOffset now) => lastEvidenceAt = now;

    /// <summary>Looks again.</summary>
    public void Look(WorkloadView view, string? gap, DateTimeOffset now)
    {
        var comparable = view.DesiredReplicas > 0 && (gap is not null || PacingPlan.BothWanted(view, rollout.Id.To));
        if (!comparable || lastEvidenceAt > now)
        {
            lastEvidenceAt = now;
        }

        var budget = rollout.Policy.BlindBudget;
        if (!IsBlind && now - lastEvidenceAt >= budget)
        {
            IsBlind = true;
            var why = gap ?? "both revisions have pods, but no requests of both have been observed";
            rollout.Decide(
                DecisionKind.Blind, $"blind-{now.ToUnixTimeSeconds()}", now, $"no evidence for {(now - lastEvidenceAt).TotalMinutes:0.#} min: {why}");
        }
        else if (IsBlind && gap is null && now - lastEvidenceAt < budget)
        {
            IsBlind = false;
            rollout.Decide(DecisionKind.EvidenceReturned, $"seeing-{now.ToUnixTimeSeconds()}", now, "evidence comes in again");
        }
    }

    public BlindnessState Capture() => new(IsBlind, lastEvidenceAt);

    public void Restore(BlindnessState state) => (IsBlind, lastEvidenceAt) = (state.IsBlind, state.LastEvidenceAt);
}

/// <summary>State of a rollout's blindness, for snapshots.</summary>
/// <param name="IsBlind">Whether the blind budget is spent.</param>
/// <param name="LastEvidenceAt">When both arms were last compared, or could not have been.</param>
public sealed record BlindnessState(bool IsBlind, DateTimeOffset LastEvidenceAt);
