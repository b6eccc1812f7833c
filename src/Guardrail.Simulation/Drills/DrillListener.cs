using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Simulation.Scenarios;

namespace Guardrail.Simulation.Drills;

/// <summary>Keeps what participants get to know of a play.</summary>
internal sealed class DrillListener(DrillPlan plan) : IScenarioListener
{
    private readonly List<DrillNews> news = [];

    public void Happened(Moment moment)
    {
        if (moment.IsTold)
        {
            news.Add(new DrillNews.Change(moment.At - plan.Begins, moment.Service, moment.Words));
        }
    }

    public void Decided(PlayedDecision decision)
    {
        if (plan.Guardrail == DrillGuardrail.On && decision.Kind != DecisionKind.Start)
        {
            news.Add(new DrillNews.Guardrail(decision.At - plan.Begins, decision.Service, decision.Reason, decision.Kind));
        }
    }

    public void Ticked(TimeSpan at, Fleet fleet)
    {
    }

    /// <summary>What has come since this was last asked.</summary>
    public List<DrillNews> Take()
    {
        List<DrillNews> taken = [.. news];
        news.Clear();
        return taken;
    }
}
