using Guardrail.Cli.Output;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Simulation.Scenarios;

namespace Guardrail.Cli.Simulate;

/// <summary>Shows a simulation as lines, for logs and pipes: what happened and what was decided, with the reasons.</summary>
internal sealed class PlainSimulateView : IScenarioListener
{
    private readonly Screen screen;

    public PlainSimulateView(Scenario scenario, Screen screen)
    {
        this.screen = screen;
        screen.Out.WriteLine(screen.Paint($"{scenario.Name}: {scenario.Title}", Tone.Heading));
    }

    public void Happened(Moment moment) =>
        screen.Out.WriteLine(screen.Clean($"{SimulateText.Clock(moment.At)}  {moment.Service ?? "all services"}: {moment.Words}"));

    public void Decided(PlayedDecision decision)
    {
        if (decision.Kind is not DecisionKind.Start)
        {
            var words = screen.Paint(SimulateText.Of(decision.Kind), SimulateText.ToneOf(decision.Kind));
            screen.Out.WriteLine($"{SimulateText.Clock(decision.At)}    {screen.Clean(decision.Service)} {screen.Clean(decision.To)}: {words}: {screen.Clean(decision.Reason)}");
        }
    }

    public void Ticked(TimeSpan at, Fleet fleet)
    {
    }
}
