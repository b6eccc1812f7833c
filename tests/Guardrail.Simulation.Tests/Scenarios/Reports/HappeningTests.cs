using Guardrail.Engine.Decisions;
using Guardrail.Simulation.Scenarios;
using Guardrail.Simulation.Scenarios.Reports;

namespace Guardrail.Simulation.Tests.Scenarios.Reports;

public sealed class HappeningTests
{
    [Test]
    public void Routine_is_left_out_before_anything_else_and_the_rest_stays_in_order()
    {
        var run = Sample.Run(["shop"], 40, isGuarded: true);
        var routine = Enumerable.Range(0, 50).Select(i => new PlayedDecision(TimeSpan.FromSeconds(i), "shop", "v1", "v2", DecisionKind.Resume, "Undecided", "a step", "applied"));
        var told = Happening.Of(run with { Decisions = [.. routine, .. run.Decisions] }, 5, out var left);

        Assert.That(told.Select(h => h.At), Is.Ordered);
        Assert.That(told.Select(h => h.Number), Is.EqualTo(new[] { 1, 2, 3, 4, 5 }));
        Assert.That(told.Select(h => h.What), Has.Some.EqualTo("Guardrail takes it back: v2").And.Some.EqualTo("scrapes fail").And.Some.EqualTo("v2 rolled out by an agent"));
        Assert.That(left, Is.EqualTo(48));
    }

    [Test]
    public void An_action_that_was_not_applied_says_so()
    {
        var run = Sample.Run(["shop"], 40, isGuarded: true);
        var told = Happening.Of(run with { Decisions = [run.Decisions[1] with { Outcome = "impossible: no older revision" }] }, 9, out _);

        Assert.That(told[^1].What, Is.EqualTo("Guardrail takes it back: v2 (impossible: no older revision)"));
    }
}
