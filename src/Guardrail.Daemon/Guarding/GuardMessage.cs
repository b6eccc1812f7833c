using System.Collections.Immutable;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Ports;

namespace Guardrail.Daemon.Guarding;

/// <summary>What the guard loop is woken by. Closed; handled one at a time, in order of arrival.</summary>
internal abstract record GuardMessage
{
    private GuardMessage()
    {
    }

    /// <summary>The cluster told something.</summary>
    public sealed record Workload(WorkloadChange Change) : GuardMessage;

    /// <summary>The policies have changed.</summary>
    public sealed record Policies(ImmutableArray<GuardPolicy> All) : GuardMessage;

    /// <summary>A tick is due: time to read the counters.</summary>
    public sealed record Tick : GuardMessage;

    /// <summary>A metric source answered for a scope.</summary>
    /// <param name="Scope">What it was asked for.</param>
    /// <param name="Report">What it told.</param>
    /// <param name="IsLast">Whether the read that it belongs to is over, so that the next may begin.</param>
    public sealed record Metrics(MetricScope Scope, MetricReport Report, bool IsLast) : GuardMessage;

    /// <summary>Somebody wants to see the fleet.</summary>
    /// <param name="Show">Is shown it.</param>
    public sealed record Look(Action<Fleet> Show) : GuardMessage;

    /// <summary>An action is done, or is not.</summary>
    public sealed record Action(ActionReport Report) : GuardMessage;
}
