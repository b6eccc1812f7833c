using Guardrail.Detection.Cells;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Ports;

namespace Guardrail.Detection.Guarding;

/// <summary>
/// Guards a run with the daemon's engine and defaults: shows it the workload and the counters, and notes what it decides. What is held
/// is shown as held, but the cell's schedule goes on, so that every rule sees the same traffic.
/// </summary>
public sealed class CellGuard
{
    private readonly CellRun run;
    private readonly CellViews views;
    private readonly CellReports reports;
    private readonly GuardPolicy policy;
    private readonly double tick;
    private readonly MetricScope scope;
    private Fleet fleet;
    private double? rolledBackAt;
    private double? heldAt;
    private double? pagedAt;
    private string? reason;

    /// <summary>Makes the guard of a run; call <see cref="Begin"/> before its first tick.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cell">Its cell, of which only what a cluster shows is looked at.</param>
    public CellGuard(CellRun run, Cell cell)
    {
        this.run = run;
        tick = cell.Scraping.IntervalSeconds;
        policy = GuardDefaults.Policy(TimeSpan.FromSeconds(tick));
        views = new(run, cell);
        reports = new(run, views, policy.Signals);
        scope = new(policy.Signals, [GuardDefaults.Namespace], []);
        fleet = new([policy]);
    }

    /// <summary>Whether the rollout has been taken back.</summary>
    public bool IsDecided => rolledBackAt is not null;

    /// <summary>What was decided so far.</summary>
    public GuardOutcome Outcome => new(rolledBackAt, heldAt, pagedAt, reason ?? Verdict());

    /// <summary>Forgets everything: another run begins.</summary>
    public void Begin()
    {
        fleet = new([policy]);
        views.Begin();
        (rolledBackAt, heldAt, pagedAt, reason) = (null, null, null, null);
    }

    /// <summary>Takes in the tick that the run has just played; nothing more once the rollout has been taken back.</summary>
    public void Observe()
    {
        if (IsDecided)
        {
            return;
        }

        if (views.IfChanged() is { } view)
        {
            Note(fleet.Observe(new WorkloadChange.Changed(view), CellViews.At(run.Now - tick)), run.Now - tick);
        }

        Note(fleet.Observe(scope, reports.Report(CellViews.At(run.Now))), run.Now);
    }

    private void Note(IReadOnlyList<Decision> decisions, double now)
    {
        // The list lives until the fleet is told the next thing, so what was done is told at the end.
        DecisionId? done = null;
        foreach (var decision in decisions)
        {
            switch (decision.Kind)
            {
                case DecisionKind.RollBack:
                    (rolledBackAt, reason) = (now, decision.Reason);
                    return;
                case DecisionKind.Hold:
                    (heldAt, views.Paused, done) = (heldAt ?? now, true, decision.Id);
                    break;
                case DecisionKind.Resume:
                    (views.Paused, done) = (false, decision.Id);
                    break;
                case DecisionKind.Page:
                    pagedAt ??= now;
                    break;
                default:
                    break;
            }
        }

        if (done is { } id)
        {
            var at = CellViews.At(now);
            Note(fleet.Observe(new ActionReport(at, CellViews.Workload, id, new ActionOutcome.Applied())), now);
            Note(fleet.Observe(new WorkloadChange.Changed(views.View()), at), now);
        }
    }

    private string Verdict() => fleet.Find(CellViews.Workload)?.Describe().Rollout?.Verdict is { } verdict ? $"{verdict.Name}: {verdict.Reason}" : string.Empty;
}
