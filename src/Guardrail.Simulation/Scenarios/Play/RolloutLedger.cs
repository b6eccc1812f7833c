using System.Collections.Immutable;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Workloads;

namespace Guardrail.Simulation.Scenarios.Play;

/// <summary>Keeps what came of every rollout of a play, and everything that was decided.</summary>
internal sealed class RolloutLedger(int most, IScenarioListener? listener)
{
    private readonly List<Entry> entries = [];
    private readonly List<PlayedDecision> decisions = [];
    private readonly List<Moment> moments = [];
    private readonly List<PlayedAct> acts = [];
    private readonly Dictionary<string, TimeSpan> hurtAt = new(StringComparer.Ordinal);
    private readonly Dictionary<DecisionId, int> underWay = [];

    public ImmutableArray<PlayedRollout> Rollouts => [.. entries.Select(e => e.Close())];

    public ImmutableArray<PlayedDecision> Decisions => [.. decisions];

    public ImmutableArray<Moment> Moments => [.. moments];

    public ImmutableArray<PlayedAct> Acts => [.. acts];

    /// <summary>When a rollout first spoilt requests at a service.</summary>
    public ImmutableSortedDictionary<string, TimeSpan> HurtAt => hurtAt.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <param name="at">When.</param>
    /// <param name="service">To which service; null to all.</param>
    /// <param name="words">What.</param>
    /// <param name="isTold">Whether the cluster tells it.</param>
    public void Happened(TimeSpan at, string? service, string words, bool isTold = true)
    {
        var moment = new Moment(at, service, words) { IsTold = isTold };
        moments.Add(moment);
        listener?.Happened(moment);
    }

    /// <summary>A rollout begins; its number, under which bad requests are laid to it. Null when there are too many to be told apart.</summary>
    public int? Begin(WorkloadId workload, string uid, string to, string from, ChangeAuthor by, bool isHealthy, TimeSpan at)
    {
        if (entries.Count == most)
        {
            return null;
        }

        entries.Add(new(workload, uid, to, from, by, isHealthy, at));
        return entries.Count - 1;
    }

    /// <summary>A person did something, or tried to.</summary>
    public void Did(PlayedAct act)
    {
        acts.Add(act);
        if (act.IsDone)
        {
            Happened(act.At, act.Service, act.Words);
        }
    }

    /// <summary>Whether a revision of a service is one that a rollout brought and that is not well.</summary>
    public bool IsBad(WorkloadId workload, string revision) => entries.FindLast(e => e.Workload == workload && e.To == revision) is { IsHealthy: false };

    /// <summary>Whether a bad revision of a service was ever rolled out.</summary>
    public bool HasHadBad(WorkloadId workload) => entries.Exists(e => e.Workload == workload && !e.IsHealthy);

    /// <summary>Name of the service that was rolled out last; null when none was.</summary>
    public string? Latest => entries.Count > 0 ? entries[^1].Workload.Name : null;

    /// <summary>Takes what a tick's tally lays to rollouts.</summary>
    /// <param name="service">Name of the service.</param>
    /// <param name="tally">Its tally.</param>
    /// <param name="at">End of the tick.</param>
    public void Take(string service, ServiceTally tally, TimeSpan at)
    {
        for (var i = 0; i < tally.Spoilt.Length && i < entries.Count; i++)
        {
            if (tally.Spoilt[i] > 0)
            {
                entries[i].Spoil(tally.Spoilt[i], at);
                hurtAt.TryAdd(service, at);
            }
        }
    }

    /// <summary>Takes the first bad request of pods of a rollout.</summary>
    public void FirstBad(int rollout, TimeSpan at)
    {
        if (rollout >= 0 && (entries[rollout].FirstBadAt is not { } known || at < known))
        {
            entries[rollout].FirstBadAt = at;
        }
    }

    public void Decided(Decision decision, ActionOutcome? outcome, IGuardrailSight guardrail, TimeSpan at)
    {
        if (!decision.IsRetry)
        {
            var played = new PlayedDecision(
                at, decision.Rollout.Workload.Name, decision.Rollout.From.Hash, decision.Rollout.To.Hash, decision.Kind, decision.Verdict.Name,
                decision.Reason, Words(outcome));
            decisions.Add(played);
            if (outcome is null && ChangesWorkload(decision.Kind))
            {
                underWay[decision.Id] = decisions.Count - 1;
            }

            listener?.Decided(played);
        }

        if (Find(decision) is { } entry)
        {
            entry.Decided(decision, guardrail, at);
        }
    }

    private static bool ChangesWorkload(DecisionKind kind) => kind is DecisionKind.Hold or DecisionKind.Resume or DecisionKind.RollBack
        or DecisionKind.StampKnownGood or DecisionKind.DeletePod or DecisionKind.SuspendSource;

    /// <summary>What became of an action, where that was not known when it was decided.</summary>
    public void Acted(DecisionId decision, ActionOutcome outcome)
    {
        if (underWay.TryGetValue(decision, out var index))
        {
            decisions[index] = decisions[index] with { Outcome = Words(outcome) };
        }
    }

    /// <summary>The run is over: what is believed of the rollouts that are still watched.</summary>
    /// <param name="guardrail">What Guardrail knows.</param>
    /// <param name="named">Names a rollout as the scenario does; null where the cluster does.</param>
    public void End(IGuardrailSight guardrail, Func<RolloutId, RolloutId>? named = null)
    {
        foreach (var entry in entries)
        {
            if (entry.Verdict.Length == 0 && guardrail.Of(entry.Workload) is { } sight && entry.Is(named is null ? sight.Id : named(sight.Id)))
            {
                (entry.Verdict, entry.Reason) = (sight.Verdict.Name, sight.Verdict.Reason);
            }
        }
    }

    private static string? Words(ActionOutcome? outcome) => outcome switch
    {
        null => null,
        ActionOutcome.Applied => "applied",
        ActionOutcome.AlreadyDone => "already done",
        ActionOutcome.LostRace lost => $"not done: {lost.Reason}",
        ActionOutcome.Impossible not => $"impossible: {not.Reason}",
        ActionOutcome.Failed failed => $"failed: {failed.Reason}",
        _ => outcome.GetType().Name,
    };

    /// <summary>A word about an earlier rollout of the same revision may come when a later one has begun, so the number goes first.</summary>
    private Entry? Find(Decision decision) => Find(decision, numbered: true) ?? Find(decision, numbered: false);

    private Entry? Find(Decision decision, bool numbered)
    {
        for (var i = entries.Count - 1; i >= 0; i--)
        {
            if (entries[i].Uid == decision.Uid && entries[i].IsNumbered == numbered && entries[i].Is(decision.Rollout))
            {
                return entries[i];
            }
        }

        return null;
    }

    private sealed class Entry(WorkloadId workload, string uid, string to, string from, ChangeAuthor by, bool isHealthy, TimeSpan begunAt)
    {
        private double spoilt;
        private TimeSpan? heldAt;
        private TimeSpan? rolledBackAt;
        private TimeSpan? advisedAt;
        private TimeSpan? pagedAt;
        private readonly List<HoldCause> heldFor = [];
        private CureFinding? cure;
        private bool isContested;
        private long number;

        public WorkloadId Workload => workload;

        public string Uid => uid;

        public string To => to;

        public bool IsHealthy => isHealthy;

        public TimeSpan? FirstBadAt { get; set; }

        public TimeSpan? LastBadAt { get; private set; }

        public string Verdict { get; set; } = "";

        public string Reason { get; set; } = "";

        public bool IsNumbered => number != 0;

        /// <summary>The cluster numbers a revision when its controller has seen it; the first decision tells the number.</summary>
        public bool Is(RolloutId id) => id.Workload == workload && id.To.Hash == to && (number == 0 || id.Number == number);

        public void Spoil(double requests, TimeSpan at)
        {
            spoilt += requests;
            FirstBadAt ??= at;
            LastBadAt = at;
        }

        public void Decided(Decision decision, IGuardrailSight guardrail, TimeSpan at)
        {
            number = number == 0 ? decision.Rollout.Number : number;
            cure = decision.Kind switch
            {
                DecisionKind.Cured => CureFinding.Cured,
                DecisionKind.NotCured => CureFinding.NotCured,
                DecisionKind.CureUnknown => CureFinding.CureUnknown,
                _ => cure,
            };
            switch (decision.Kind)
            {
                case DecisionKind.Hold when PhaseOf(guardrail) is RolloutPhase.Held { Cause: var cause }:
                    heldAt ??= cause == HoldCause.Pacing ? null : at;
                    heldFor.AddRange(heldFor.Contains(cause) ? [] : [cause]);
                    break;
                case DecisionKind.RollBack:
                    if (decision.Action is null)
                    {
                        advisedAt ??= at;
                    }
                    else
                    {
                        rolledBackAt ??= at;
                    }

                    (Verdict, Reason) = (decision.Verdict.Name, decision.Reason);
                    break;
                case DecisionKind.Page or DecisionKind.NotCured:
                    pagedAt ??= at;
                    isContested |= PhaseOf(guardrail) is RolloutPhase.Contested;
                    (Verdict, Reason) = rolledBackAt is null ? (decision.Verdict.Name, decision.Reason) : (Verdict, Reason);
                    break;
                case DecisionKind.End when rolledBackAt is null && advisedAt is null:
                    (Verdict, Reason) = (decision.Verdict.Name, decision.Reason);
                    break;
                default:
                    break;
            }
        }

        private RolloutPhase? PhaseOf(IGuardrailSight guardrail) => guardrail.Of(workload)?.Phase;

        public PlayedRollout Close() => new()
        {
            Service = workload.Name,
            From = from,
            To = to,
            By = by,
            IsHealthy = isHealthy,
            BegunAt = begunAt,
            FirstBadAt = FirstBadAt,
            LastBadAt = LastBadAt,
            HeldAt = heldAt,
            HeldFor = [.. heldFor],
            RolledBackAt = rolledBackAt,
            AdvisedAt = advisedAt,
            PagedAt = pagedAt,
            Cure = cure,
            Action = isContested ? ExpectedAction.Contested
                : rolledBackAt is not null ? ExpectedAction.RollBack
                : pagedAt is not null ? ExpectedAction.Page
                : heldAt is not null ? ExpectedAction.Hold
                : ExpectedAction.None,
            Verdict = Verdict,
            Reason = Reason,
            BadRequests = (long)Math.Round(spoilt),
        };
    }
}
