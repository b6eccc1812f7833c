using Guardrail.Cli.Demo;
using Guardrail.Cli.Simulate;
using Guardrail.Engine.Decisions;

namespace Guardrail.Cli.Tests.Demo;

internal sealed class DemoTextTests
{
    [Test]
    public void Demo_and_simulation_say_what_records_say_but_for_a_page([Values] DecisionKind kind)
    {
        var told = kind == DecisionKind.Page ? "page" : DecisionWords.Of(kind);

        Assert.That((DemoText.Of(kind), SimulateText.Of(kind)), Is.EqualTo((told, told)));
    }
}
