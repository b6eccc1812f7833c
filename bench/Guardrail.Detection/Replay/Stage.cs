using System.Collections.Immutable;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Workloads;

namespace Guardrail.Detection.Replay;

/// <summary>
/// The daemon's engine in front of recorded observations: shows it workloads and counters and notes what it decides. A hold is shown as
/// held and a resume as running; what was recorded goes on all the same.
/// </summary>
internal sealed class Stage(ImmutableArray<GuardPolicy> policies)
{
    private readonly Fleet fleet = new(policies);
    private readonly Dictionary<WorkloadId, StageRecord> records = [];
    private readonly Dictionary<WorkloadId, WorkloadView> views = [];
    private long generation;

    /// <summary>What has been decided of a workload.</summary>
    public StageRecord Of(WorkloadId workload)
    {
        if (!records.TryGetValue(workload, out var record))
        {
            records.Add(workload, record = new());
        }

        return record;
    }

    /// <summary>Shows a workload as it is now.</summary>
    public void Show(WorkloadView view, DateTimeOffset at)
    {
        views[view.Id] = view;
        Note(fleet.Observe(new WorkloadChange.Changed(Now(view)), at), at);
    }

    /// <summary>Tells the counters of every workload that has these signals.</summary>
    public void Read(EquatableList<SignalDefinition> signals, MetricReport report) =>
        Note(fleet.Observe(new MetricScope(signals, [GuardNamespaces.Services], []), report), report.At);

    /// <summary>What is believed of the workload's rollout now; null when it has none.</summary>
    public Verdict? Verdict(WorkloadId workload) => fleet.Find(workload)?.Describe().Rollout?.Verdict;

    private WorkloadView Now(WorkloadView view) =>
        view with { Generation = ++generation, Pause = Of(view.Id).IsPaused ? PauseState.ByGuardrail : PauseState.Running };

    private void Note(IReadOnlyList<Decision> decisions, DateTimeOffset at)
    {
        // The list lives until the fleet is told the next thing, so what was done is told at the end.
        List<(WorkloadId Workload, DecisionId Decision)>? done = null;
        foreach (var decision in decisions)
        {
            if (Of(decision.Rollout.Workload).Note(decision, at))
            {
                (done ??= []).Add((decision.Rollout.Workload, decision.Id));
            }
        }

        foreach (var (workload, decision) in done ?? [])
        {
            Note(fleet.Observe(new ActionReport(at, workload, decision, new ActionOutcome.Applied())), at);
            if (Of(workload).RolledBackAt is null && views.TryGetValue(workload, out var view))
            {
                Note(fleet.Observe(new WorkloadChange.Changed(Now(view)), at), at);
            }
        }
    }
}

/// <summary>What was decided of one workload.</summary>
internal sealed class StageRecord
{
    /// <summary>When it was taken back; null when it was not.</summary>
    public DateTimeOffset? RolledBackAt { get; private set; }

    /// <summary>When it was first held; null when it was not.</summary>
    public DateTimeOffset? HeldAt { get; private set; }

    /// <summary>When a person was first called; null when none was.</summary>
    public DateTimeOffset? PagedAt { get; private set; }

    /// <summary>Why it was taken back, or a person called.</summary>
    public string? Reason { get; private set; }

    /// <summary>Whether Guardrail holds it.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>Takes note of a decision; tells whether it asked for something that is now done.</summary>
    public bool Note(Decision decision, DateTimeOffset at)
    {
        switch (decision.Kind)
        {
            case DecisionKind.RollBack:
                (RolledBackAt, Reason) = (RolledBackAt ?? at, RolledBackAt is null ? decision.Reason : Reason);
                return true;
            case DecisionKind.Hold:
                (HeldAt, IsPaused) = (HeldAt ?? at, true);
                return true;
            case DecisionKind.Resume:
                IsPaused = false;
                return true;
            case DecisionKind.Page:
                (PagedAt, Reason) = (PagedAt ?? at, Reason ?? decision.Reason);
                return false;
            default:
                return false;
        }
    }
}

/// <summary>Namespaces of what is replayed.</summary>
internal static class GuardNamespaces
{
    /// <summary>Services whose rollouts are judged.</summary>
    public const string Services = Guarding.GuardDefaults.Namespace;

    /// <summary>Calls from one service to another, as the caller sees them.</summary>
    public const string Calls = "calls";
}
