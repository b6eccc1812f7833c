using System.Collections.Immutable;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
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

    /// <summary>A rollout begins; its number, under which bad requests are laid to it.</summary>
    public int Begin(PlayedService service, VirtualRevision to, string from, ChangeAuthor by, bool isHealthy, TimeSpan at)
    {
        if (entries.Count == most)
        {
            return most - 1;
        }

        entries.Add(new(service.Id, service.Deployment!.Uid, to, from, by, isHealthy, at));
        to.Rollout = entries.Count - 1;
        return to.Rollout;
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

    /// <summary>Whether a revision is one that a rollout brought and that is not well.</summary>
    public bool IsBad(VirtualRevision revision) => revision.Rollout >= 0 && !entries[revision.Rollout].IsHealthy;

    /// <summary>Whether a bad revision of a service was ever rolled out.</summary>
    public bool HasHadBad(PlayedService service) => entries.Exists(e => e.Workload == service.Id && !e.IsHealthy);

    /// <summary>Name of the service that was rolled out last; null when none was.</summary>
    public string? Latest => entries.Count > 0 ? entries[^1].Workload.Name : null;

    /// <summary>Takes what a tick's tally lays to rollouts.</summary>
    /// <param name="service">Whose tally.</param>
    /// <param name="at">End of the tick.</param>
    public void Take(PlayedService service, TimeSpan at)
    {
        var tally = service.Tick;
        for (var i = 0; i < tally.Spoilt.Length && i < entries.Count; i++)
        {
            if (tally.Spoilt[i] > 0)
            {
                entries[i].Spoil(tally.Spoilt[i], at);
                hurtAt.TryAdd(service.Service.Name, at);
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

    public void Decided(Decision decision, ActionOutcome? outcome, Fleet fleet, TimeSpan at)
    {
        if (!decision.IsRetry)
        {
            var played = new PlayedDecision(
                at, decision.Rollout.Workload.Name, decision.Rollout.From.Hash, decision.Rollout.To.Hash, decision.Kind, decision.Verdict.Name,
                decision.Reason, Words(outcome));
            decisions.Add(played);
            listener?.Decided(played);
        }

        if (Find(decision) is { } entry)
        {
            entry.Decided(decision, fleet, at);
        }
    }

    /// <summary>The run is over: what is believed of the rollouts that are still watched.</summary>
    public void End(Fleet fleet)
    {
        foreach (var entry in entries)
        {
            if (entry.Verdict.Length == 0 && fleet.Find(entry.Workload)?.Describe().Rollout is { } status && entry.Is(status.Id))
            {
                (entry.Verdict, entry.Reason) = (status.Verdict.Name, status.Verdict.Reason);
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

    private Entry? Find(Decision decision)
    {
        for (var i = entries.Count - 1; i >= 0; i--)
        {
            if (entries[i].Uid == decision.Uid && entries[i].Is(decision.Rollout))
            {
                return entries[i];
            }
        }

        return null;
    }

    private sealed class Entry(WorkloadId workload, string uid, VirtualRevision to, string from, ChangeAuthor by, bool isHealthy, TimeSpan begunAt)
    {
        private double spoilt;
        private TimeSpan? heldAt;
        private TimeSpan? rolledBackAt;
        private TimeSpan? pagedAt;
        private bool isContested;
        private long number;

        public WorkloadId Workload => workload;

        public string Uid => uid;

        public bool IsHealthy => isHealthy;

        public TimeSpan? FirstBadAt { get; set; }

        public TimeSpan? LastBadAt { get; private set; }

        public string Verdict { get; set; } = "";

        public string Reason { get; set; } = "";

        /// <summary>The cluster numbers a revision when its controller has seen it; the first decision tells the number.</summary>
        public bool Is(RolloutId id) => id.Workload == workload && id.To.Hash == to.Name && (number == 0 || id.Number == number);

        public void Spoil(double requests, TimeSpan at)
        {
            spoilt += requests;
            FirstBadAt ??= at;
            LastBadAt = at;
        }

        public void Decided(Decision decision, Fleet fleet, TimeSpan at)
        {
            number = number == 0 ? decision.Rollout.Number : number;
            switch (decision.Kind)
            {
                case DecisionKind.Hold when PhaseOf(fleet) is RolloutPhase.Held { Cause: HoldCause.Suspicion or HoldCause.Frozen }:
                    heldAt ??= at;
                    break;
                case DecisionKind.RollBack:
                    rolledBackAt ??= at;
                    (Verdict, Reason) = (decision.Verdict.Name, decision.Reason);
                    break;
                case DecisionKind.Page or DecisionKind.NotCured:
                    pagedAt ??= at;
                    isContested |= PhaseOf(fleet) is RolloutPhase.Contested;
                    (Verdict, Reason) = rolledBackAt is null ? (decision.Verdict.Name, decision.Reason) : (Verdict, Reason);
                    break;
                case DecisionKind.End when rolledBackAt is null:
                    (Verdict, Reason) = (decision.Verdict.Name, decision.Reason);
                    break;
                default:
                    break;
            }
        }

        private RolloutPhase? PhaseOf(Fleet fleet) => fleet.Find(workload)?.Describe().Rollout?.Phase;

        public PlayedRollout Close() => new()
        {
            Service = workload.Name,
            From = from,
            To = to.Name,
            By = by,
            IsHealthy = isHealthy,
            BegunAt = begunAt,
            FirstBadAt = FirstBadAt,
            LastBadAt = LastBadAt,
            HeldAt = heldAt,
            RolledBackAt = rolledBackAt,
            PagedAt = pagedAt,
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
