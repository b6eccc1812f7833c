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
    private DateTimeOffset? actedAt;
    private DecisionKind? acted;

    /// <summary>Completes when the next rollout of the watched workload is over.</summary>
    public Task<RolloutStory> NextEnd()
    {
        lock (gate)
        {
            (waiting, actedAt, acted) = (new(TaskCreationOptions.RunContinuationsAsynchronously), null, null);
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
            if (decision.Kind == DecisionKind.End && decision.Rollout.Workload == watched)
            {
                waiting?.TrySetResult(new(decision, acted, actedAt));
            }
        }
    }

    public void Acted(Decision decision, ActionReport report)
    {
        lock (gate)
        {
            if (decision.Kind == DecisionKind.RollBack && report.Outcome is ActionOutcome.Applied)
            {
                (acted, actedAt) = (decision.Kind, report.At);
            }
        }
    }

    public void Observed(Fleet fleet, MetricReport report) => view.Observed([.. fleet.Workloads.Select(w => w.Describe())]);
}

/// <summary>How a rollout ended.</summary>
/// <param name="End">The decision that ended it.</param>
/// <param name="Acted">RollBack when it was rolled back; else null.</param>
/// <param name="ActedAt">When the cluster had accepted that.</param>
internal sealed record RolloutStory(Decision End, DecisionKind? Acted, DateTimeOffset? ActedAt);
