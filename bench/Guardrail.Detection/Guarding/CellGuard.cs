using System.Collections.Immutable;
using Guardrail.Detection.Cells;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Ports;

namespace Guardrail.Detection.Guarding;

/// <summary>
/// Guards a run, and the neighbours of its cell, with the daemon's engine and defaults: shows it the workloads and the counters, and notes what
/// it decides of the run. What is held is shown as held, but the cell's schedule goes on, so that every rule sees the same traffic.
/// </summary>
public sealed class CellGuard
{
    private readonly ImmutableArray<GuardedRun> guarded;
    private readonly CellReports reports;
    private readonly GuardPolicy policy;
    private readonly double tick;
    private readonly MetricScope scope;
    private Fleet fleet;
    private double? rolledBackAt;
    private double? heldAt;
    private double? pagedAt;
    private string? called;
    private string? reason;

    /// <summary>Makes the guard of a run; call <see cref="Begin"/> before its first tick.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cell">Its cell, of which only what a cluster shows is looked at.</param>
    public CellGuard(CellRun run, Cell cell)
    {
        tick = cell.Scraping.IntervalSeconds;
        policy = GuardDefaults.PolicyOf(cell);
        guarded = [GuardedRun.UnderTest(run, cell), .. cell.Neighbours.Select(GuardedRun.Of)];
        reports = new(guarded, cell, policy.Signals);
        scope = new(policy.Signals, [GuardDefaults.Namespace], []);
        fleet = new([policy]);
    }

    /// <summary>Whether the rollout has been taken back.</summary>
    public bool IsDecided => rolledBackAt is not null;

    /// <summary>What was decided so far.</summary>
    public GuardOutcome Outcome => new(rolledBackAt, heldAt, pagedAt, reason ?? Verdict()) { Called = called };

    /// <summary>Forgets everything: another run begins.</summary>
    /// <param name="seed">Seed of the neighbours' randomness. Default 0.</param>
    /// <param name="name">Name of the run, from which the neighbours' randomness is made. Default: none.</param>
    public void Begin(ulong seed = 0, string name = "")
    {
        fleet = new([policy]);
        foreach (var one in guarded)
        {
            one.Begin(seed, name);
        }

        (rolledBackAt, heldAt, pagedAt, called, reason) = (null, null, null, null, null);
    }

    /// <summary>Takes in the tick that the run has just played; nothing more once the rollout has been taken back.</summary>
    public void Observe()
    {
        if (IsDecided)
        {
            return;
        }

        var now = guarded[0].Run.Now;
        foreach (var one in guarded)
        {
            one.Next();
            if (one.Change() is { } change)
            {
                Note(fleet.Observe(change, CellViews.At(now - tick)), now - tick);
            }
        }

        Note(fleet.Observe(scope, reports.Report(CellViews.At(now))), now);
    }

    private void Note(IReadOnlyList<Decision> decisions, double now)
    {
        // The list lives until the fleet is told the next thing, so what was done is told at the end.
        List<(GuardedRun Run, DecisionId Decision)>? done = null;
        foreach (var decision in decisions)
        {
            var one = Find(decision);
            if (one == guarded[0])
            {
                Note(decision, now);
            }

            if (decision.Kind is DecisionKind.Hold or DecisionKind.Resume)
            {
                one.Views.Paused = decision.Kind == DecisionKind.Hold;
                (done ??= []).Add((one, decision.Id));
            }

            if (IsDecided)
            {
                return;
            }
        }

        foreach (var (one, decision) in done ?? [])
        {
            var at = CellViews.At(now);
            Note(fleet.Observe(new ActionReport(at, one.Views.Workload, decision, new ActionOutcome.Applied())), now);
            Note(fleet.Observe(new WorkloadChange.Changed(one.Views.View()), at), now);
        }
    }

    private void Note(Decision decision, double now)
    {
        switch (decision.Kind)
        {
            case DecisionKind.RollBack:
                (rolledBackAt, reason) = (now, decision.Reason);
                break;
            case DecisionKind.Hold:
                heldAt ??= now;
                break;
            case DecisionKind.Page:
                (pagedAt, called) = (pagedAt ?? now, called ?? decision.Reason);
                break;
            default:
                break;
        }
    }

    private GuardedRun Find(Decision decision)
    {
        foreach (var one in guarded)
        {
            if (one.Views.Workload == decision.Rollout.Workload)
            {
                return one;
            }
        }

        throw new InvalidOperationException($"A decision of {decision.Rollout.Workload}, which is not guarded here.");
    }

    private string Verdict() =>
        fleet.Find(guarded[0].Views.Workload)?.Describe().Rollout?.Verdict is { } verdict ? $"{verdict.Name}: {verdict.Reason}" : string.Empty;
}
