using Guardrail.Daemon.Guarding;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Workloads;
using Microsoft.Extensions.Logging;

namespace Guardrail.Daemon.Telemetry;

/// <summary>Writes every decision and every action's outcome to the log.</summary>
internal sealed partial class DecisionLog(ILogger<DecisionLog> logger) : IDecisionListener
{
    public void Decided(Decision decision)
    {
        if (decision.IsRetry)
        {
            return;
        }

        if (decision.CallsPerson || decision.Kind is DecisionKind.RollBack or DecisionKind.Blind)
        {
            LogGrave(decision.Kind, decision.Rollout, decision.Verdict.Name, decision.Reason, decision.Id);
        }
        else
        {
            LogDecision(decision.Kind, decision.Rollout, decision.Verdict.Name, decision.Reason, decision.Id);
        }
    }

    public void Acted(Decision decision, ActionReport report)
    {
        if (report.Outcome.Note is { } note)
        {
            LogBeside(decision.Kind, report.Workload, note, report.Decision);
        }

        switch (report.Outcome)
        {
            case ActionOutcome.Applied:
                LogDone(decision.Kind, report.Workload, report.Decision);
                break;
            case ActionOutcome.AlreadyDone:
                LogAlreadyDone(decision.Kind, report.Workload, report.Decision);
                break;
            case ActionOutcome.LostRace(var reason):
                LogNotDone(decision.Kind, report.Workload, "the workload has changed", reason, report.Decision);
                break;
            case ActionOutcome.Impossible(var reason):
                LogNotDone(decision.Kind, report.Workload, "it cannot be done", reason, report.Decision);
                break;
            case ActionOutcome.Failed(var reason):
                LogNotDone(decision.Kind, report.Workload, "it failed and is tried again", reason, report.Decision);
                break;
        }
    }

    public void Observed(Fleet fleet, MetricReport report)
    {
        // Counters are for instruments, not for the log.
    }

    [LoggerMessage(30, LogLevel.Information, "Decided {Kind} for {Rollout} ({Verdict}): {Reason} [{Decision}]")]
    private partial void LogDecision(DecisionKind kind, RolloutId rollout, string verdict, string reason, DecisionId decision);

    [LoggerMessage(31, LogLevel.Warning, "Decided {Kind} for {Rollout} ({Verdict}): {Reason} [{Decision}]")]
    private partial void LogGrave(DecisionKind kind, RolloutId rollout, string verdict, string reason, DecisionId decision);

    [LoggerMessage(32, LogLevel.Information, "Carried out {Kind} on {Workload} [{Decision}]")]
    private partial void LogDone(DecisionKind kind, WorkloadId workload, DecisionId decision);

    [LoggerMessage(33, LogLevel.Information, "Found {Kind} on {Workload} done already [{Decision}]")]
    private partial void LogAlreadyDone(DecisionKind kind, WorkloadId workload, DecisionId decision);

    [LoggerMessage(35, LogLevel.Warning, "Configuration, with {Kind} of {Workload}: {Note} [{Decision}]")]
    private partial void LogBeside(DecisionKind kind, WorkloadId workload, string note, DecisionId decision);

    [LoggerMessage(34, LogLevel.Warning, "Could not carry out {Kind} on {Workload}, {What}: {Reason} [{Decision}]")]
    private partial void LogNotDone(DecisionKind kind, WorkloadId workload, string what, string reason, DecisionId decision);
}
