using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Observations;

namespace Guardrail.Daemon.Guarding;

/// <summary>Is told what the guard loop sees and decides: logs, instruments, a live view. Called from the loop; must not block.</summary>
public interface IDecisionListener
{
    /// <summary>A decision was made.</summary>
    void Decided(Decision decision);

    /// <summary>An action is done, or is not.</summary>
    void Acted(Decision decision, ActionReport report);

    /// <summary>The fleet took over a report; its workloads may be described now, and only until this returns.</summary>
    void Observed(Fleet fleet, MetricReport report);
}
