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
    private long waitingBeyondGeneration = -1;
    private DateTimeOffset openAt = DateTimeOffset.MinValue;
    private int failures;

    /// <summary>Whether an action may be asked for now.</summary>
    public bool IsOpen(DateTimeOffset now, long generation) =>
        now >= openAt || (waitingFor is null && waitingBeyondGeneration >= 0 && generation > waitingBeyondGeneration);

    /// <summary>How often the current action has failed in a row.</summary>
    public int Failures => failures;

    /// <summary>An action was asked for.</summary>
    public void Asked(DecisionId decision, DateTimeOffset now) => (waitingFor, waitingBeyondGeneration, openAt) = (decision, -1, now + Patience);

    /// <summary>The outcome came.</summary>
    /// <returns>Whether it belongs to the action waited for.</returns>
    public bool Answered(DecisionId decision, ActionOutcome outcome, long generation, DateTimeOffset now)
    {
        if (waitingFor != decision)
        {
            return false;
        }

        waitingFor = null;
        switch (outcome)
        {
            case ActionOutcome.Applied or ActionOutcome.AlreadyDone:
                (failures, waitingBeyondGeneration, openAt) = (0, generation, now + Patience);
                break;
            case ActionOutcome.Failed:
                var pause = FirstPause * Math.Pow(2, Math.Min(failures, 10));
                (failures, openAt) = (failures + 1, now + (pause < LongestPause ? pause : LongestPause));
                break;
            default:
                (failures, openAt) = (0, now);
                break;
        }

        return true;
    }

    /// <summary>Opens the gate: what was waited for no longer matters.</summary>
    public void Reset() => (waitingFor, waitingBeyondGeneration, openAt, failures) = (null, -1, DateTimeOffset.MinValue, 0);

    public ActionGateState Capture() => new(waitingFor, waitingBeyondGeneration, openAt, failures);

    public static ActionGate Restore(ActionGateState state) => new()
    {
        waitingFor = state.WaitingFor,
        waitingBeyondGeneration = state.WaitingBeyondGeneration,
        openAt = state.OpenAt,
        failures = state.Failures,
    };
}

/// <summary>State of the gate, for snapshots.</summary>
public sealed record ActionGateState(DecisionId? WaitingFor, long WaitingBeyondGeneration, DateTimeOffset OpenAt, int Failures);
