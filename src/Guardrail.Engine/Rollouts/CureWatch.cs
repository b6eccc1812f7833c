using System.Collections.Immutable;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Evidence;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Rollouts;

/// <summary>
/// Looks whether a rollback was the cure: once the restored revision serves alone, its errors and latency must fall back to what was usual before
/// the rollout, within the policy's window. If they do not, the change was not the cause: a person is told, once, and nothing more is done.
/// </summary>
internal sealed class CureWatch(RolloutCase rollout)
{
    private readonly Dictionary<SignalId, RestoredSignal> signals = [];
    private ImmutableArray<UsualLevel> usual = [];
    private RevisionId to;
    private Verdict? verdict;

    /// <summary>How it stands; null when the rollout was not rolled back by Guardrail.</summary>
    public Cure? State { get; private set; }

    /// <summary>Whether it is still to be seen.</summary>
    public bool IsOpen => State is Cure.Awaited or Cure.Watched;

    /// <summary>Remembers what is usual, before the rollout can have changed it.</summary>
    public void Remember(IEnumerable<SignalTrack> tracks) => usual = [.. tracks.Select(UsualLevel.Of).OfType<UsualLevel>()];

    /// <summary>The rollback is written.</summary>
    /// <param name="restored">The revision it leads to.</param>
    /// <param name="because">What was believed when it was decided.</param>
    /// <param name="now">When.</param>
    public void Begin(RevisionId restored, Verdict? because, DateTimeOffset now) =>
        (to, verdict, State) = (restored, because, new Cure.Awaited(now));

    /// <summary>Takes over a finished tick of the restored revision.</summary>
    public void Observe(SignalTrack track, IPodArms arms, DateTimeOffset now)
    {
        if (State is not Cure.Watched)
        {
            return;
        }

        if (!signals.TryGetValue(track.Signal.Id, out var signal))
        {
            if ((usual.FirstOrDefault(u => u.Signal == track.Signal.Id) ?? UsualLevel.Of(track)) is not { } level)
            {
                return;
            }

            signals.Add(level.Signal, signal = RestoredEvents.Of(level, rollout));
        }

        signal.Observe(track, arms, now);
    }

    /// <summary>Looks again.</summary>
    public void Look(WorkloadView view, string? gap, DateTimeOffset now)
    {
        if (!IsOpen || !view.Observed)
        {
            return;
        }

        if (view.CurrentRevision != to)
        {
            GiveUp(now, "the workload was changed again first");
        }
        else if (LifecycleRules.Broken(view, to) is { } broken)
        {
            Fail(now, broken);
        }
        else if (State is Cure.Awaited)
        {
            State = PacingPlan.IsComplete(view, to) ? new Cure.Watched(now) : State;
        }
        else
        {
            Judge((Cure.Watched)State!, gap, now);
        }
    }

    /// <summary>Nothing more can be found out.</summary>
    public void GiveUp(DateTimeOffset now, string why)
    {
        if (IsOpen)
        {
            State = new Cure.Unknown(now);
            rollout.Decide(DecisionKind.CureUnknown, "cure-unknown", now, $"whether the rollback to {to} was the cure is not known: {why}");
        }
    }

    /// <summary>Lets go of the counts, when nothing is to be seen any more.</summary>
    public void Close() => signals.Clear();

    public CureWatchState Capture() => new(State, to, verdict, usual, [.. signals.Values.Select(s => s.Capture())]);

    public void Restore(CureWatchState state)
    {
        (State, to, verdict, usual) = (state.Cure, state.To, state.Verdict, state.Usual);
        foreach (var signal in state.Signals)
        {
            signals.Add(signal.Signal, RestoredSignal.Restore(signal));
        }
    }

    private void Judge(Cure.Watched watched, string? gap, DateTimeOffset now)
    {
        var gate = rollout.Policy.Effect;
        var over = now - watched.Since >= rollout.Policy.CureWindow;
        var (back, bad) = (0, (RestoredSignal?)null);
        foreach (var signal in signals.Values)
        {
            back += signal.IsBack(gate) ? 1 : 0;
            bad ??= signal.IsBad(gate) ? signal : null;
        }

        var unmeasured = RestoredEvents.Unmeasured(verdict, rollout.Policy);
        if (over && bad is not null)
        {
            Fail(now, bad.Describe(to));
        }
        else if (bad is null && unmeasured is null && back > 0 && (back == Math.Max(usual.Length, signals.Count) || (over && CauseIsBack(gate))))
        {
            State = new Cure.Cured(now);
            rollout.Decide(DecisionKind.Cured, "cured", now, $"cured by the rollback to {to}: {Everything}");
        }
        else if (over)
        {
            GiveUp(now, gap ?? unmeasured ?? (signals.Count == 0 ? "it has answered no requests that were counted" : $"too few requests; {Everything}"));
        }
    }

    /// <summary>Whether the signal for which the revision was taken back is what it was; when it was none, whether any is.</summary>
    private bool CauseIsBack(EffectGate gate)
    {
        var cause = RestoredEvents.Cause(verdict, rollout.Policy)?.Id;
        foreach (var (id, signal) in signals)
        {
            if ((cause is null || cause == id) && signal.IsBack(gate))
            {
                return true;
            }
        }

        return false;
    }

    private string Everything => string.Join("; ", signals.Values.Select(s => s.Describe(to)));

    private void Fail(DateTimeOffset now, string finding)
    {
        State = new Cure.NotCured(now);
        rollout.Decide(
            DecisionKind.NotCured,
            "not-cured",
            now,
            $"the rollback to {to} did not cure it: {finding}; {rollout.Id.To} was not the cause, or not the only one. "
            + $"Nothing more is rolled back; {rollout.Id.To} stays quarantined until it is released");
    }
}

/// <summary>State of the look for a cure, for snapshots.</summary>
/// <param name="Cure">How it stands; null when there was no rollback.</param>
/// <param name="To">The restored revision.</param>
/// <param name="Verdict">What was believed when the rollback was decided.</param>
/// <param name="Usual">What was usual before the rollout.</param>
/// <param name="Signals">What was seen since.</param>
public sealed record CureWatchState(
    Cure? Cure, RevisionId To, Verdict? Verdict, ImmutableArray<UsualLevel> Usual, ImmutableArray<RestoredSignalState> Signals);
