using Guardrail.Daemon.Guarding;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Workloads;

namespace Guardrail.Cli.Demo;

/// <summary>Listens to the daemon, for the view and to know when a rollout is over.</summary>
internal sealed class DemoListener(WorkloadId watched, IDemoView view) : IDecisionListener
{
    private readonly Lock gate = new();
    private TaskCompletionSource<RolloutStory>? waiting;
    private Decision? end;
    private bool rollbackAsked;
    private DateTimeOffset? rolledBackAt;

    /// <summary>Completes when the next rollout of the watched workload is over and what was asked for has been answered.</summary>
    public Task<RolloutStory> NextEnd()
    {
        lock (gate)
        {
            waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
            (end, rollbackAsked, rolledBackAt) = (null, false, null);
            return waiting.Task;
        }
    }

    public void Decided(Decision decision)
    {
        if (!decision.IsRetry)
        {
            view.Decided(decision);
        }

        lock (gate)
        {
            if (decision.Rollout.Workload == watched)
            {
                end = decision.Kind == DecisionKind.End ? decision : end;
                rollbackAsked |= decision is { Kind: DecisionKind.RollBack, Action: not null };
                TellWhenComplete();
            }
        }
    }

    public void Acted(Decision decision, ActionReport report)
    {
        lock (gate)
        {
            if (decision.Kind == DecisionKind.RollBack && report.Outcome is ActionOutcome.Applied or ActionOutcome.AlreadyDone)
            {
                rolledBackAt = report.At;
                TellWhenComplete();
            }
        }
    }

    public void Observed(Fleet fleet, MetricReport report) => view.Observed([.. fleet.Workloads.Select(w => w.Describe())]);

    /// <summary>The cluster may show a rollback before the answer to the write that made it is in: the story needs both.</summary>
    private void TellWhenComplete()
    {
        if (end is { } decision && (!rollbackAsked || rolledBackAt is not null))
        {
            waiting?.TrySetResult(new(decision, rolledBackAt));
        }
    }
}

/// <summary>How a rollout ended.</summary>
/// <param name="End">The decision that ended it.</param>
/// <param name="RolledBackAt">When the cluster had accepted its rollback; null when it was not rolled back.</param>
internal sealed record RolloutStory(Decision End, DateTimeOffset? RolledBackAt);
