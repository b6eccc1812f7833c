using Guardrail.Daemon.Guarding;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Observations;
using Guardrail.Simulation.Scenarios;

namespace Guardrail.Cli.Simulate;

/// <summary>Tells a live play what the daemon beside it decides, does and sees.</summary>
internal sealed class LiveListener(LivePlay play) : IDecisionListener
{
    public void Decided(Decision decision) => play.Decided(decision);

    public void Acted(Decision decision, ActionReport report) => play.Acted(decision, report);

    public void Observed(Fleet fleet, MetricReport report) => play.Observed(fleet, report);
}
