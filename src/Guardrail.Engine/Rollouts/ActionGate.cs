using Guardrail.Engine.Decisions;

namespace Guardrail.Engine.Rollouts;

/// <summary>
/// Lets one action of a workload through at a time: after one has been asked for, the next waits for its outcome, and after one that was
/// written, for the cluster to show it. What failed is asked for again after a pause that doubles.
/// </summary>
internal sealed class ActionGate
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>How long the gate stays shut for an outcome or for the cluster to show a write; then the action is asked for anew.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private DecisionId? waitingFor;
    private DecisionId? unsettled;
    private long askedAtGeneration;
    private bool written;
    private DateTimeOffset since = DateTimeOffset.MinValue;
    private TimeSpan pause;
    private int failures;

    /// <summary>Whether an action may be asked for now.</summary>
    public bool IsOpen(DateTimeOffset now, long generation)
    {
        // A clock that was set back must not keep the gate shut until it has caught up.
        var waited = now - since;
        return waited < TimeSpan.Zero || waited >= pause || (written && generation > askedAtGeneration);
    }

    /// <summary>The same for an action that need not sit out the pause after another one has failed.</summary>
    public bool IsOpenFor(DecisionId decision, DateTimeOffset now, long generation) =>
        IsOpen(now, generation) || (failures > 0 && waitingFor is null && unsettled != decision);

    /// <summary>Whether the action was the last one asked for and has not succeeded.</summary>
    public bool IsUnsettled(DecisionId decision) => unsettled == decision;

    /// <summary>An action was asked for.</summary>
    /// <param name="decision">Its decision.</param>
    /// <param name="generation">The workload's generation that the action expects.</param>
    /// <param name="now">When.</param>
    public void Asked(DecisionId decision, long generation, DateTimeOffset now)
    {
        failures = unsettled == decision ? failures : 0;
        (waitingFor, unsettled, askedAtGeneration, written) = (decision, decision, generation, false);
        (since, pause) = (now, Patience);
    }

    /// <summary>The outcome came.</summary>
    /// <returns>Whether it belongs to the action waited for.</returns>
    public bool Answered(DecisionId decision, ActionOutcome outcome, DateTimeOffset now)
    {
        if (waitingFor != decision)
        {
            return false;
        }

        (waitingFor, since) = (null, now);
        switch (outcome)
        {
            case ActionOutcome.Applied or ActionOutcome.AlreadyDone:
                (unsettled, failures, written, pause) = (null, 0, true, Patience);
                break;
            case ActionOutcome.Failed:
                var next = FirstPause * Math.Pow(2, Math.Min(failures, 10));
                (failures, pause) = (failures + 1, next < LongestPause ? next : LongestPause);
                break;
            default:
                (failures, pause) = (0, TimeSpan.Zero);
                break;
        }

        return true;
    }

    public ActionGateState Capture() => new(waitingFor, unsettled, askedAtGeneration, written, since, pause, failures);

    public static ActionGate Restore(ActionGateState state) => new()
    {
        waitingFor = state.WaitingFor,
        unsettled = state.Unsettled,
        askedAtGeneration = state.AskedAtGeneration,
        written = state.Written,
        since = state.Since,
        pause = state.Pause,
        failures = state.Failures,
    };
}

/// <summary>State of the gate, for snapshots.</summary>
public sealed record ActionGateState(
    DecisionId? WaitingFor, DecisionId? Unsettled, long AskedAtGeneration, bool Written, DateTimeOffset Since, TimeSpan Pause, int Failures);
