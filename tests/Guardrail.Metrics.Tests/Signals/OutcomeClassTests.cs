using System.Text.RegularExpressions;
using Guardrail.Engine.Policies;
using Guardrail.Metrics.Signals;

namespace Guardrail.Metrics.Tests.Signals;

public sealed class OutcomeClassTests
{
    [Test]
    public void A_pattern_is_matched_whole_in_linear_time_and_without_a_time_limit_that_a_busy_machine_would_run_over()
    {
        var outcomes = new OutcomeClass(new SignalDefinition.ErrorRate
        {
            Id = new("errors"),
            Weight = 1,
            Metric = "requests_total",
            OutcomeLabels = ["code"],
            ErrorPattern = "(5|x+x+y)..",
        });
        Assert.Multiple(() =>
        {
            Assert.That(outcomes.IsError("500"), Is.True);
            Assert.That(outcomes.IsError("1500"), Is.False);
            Assert.That(outcomes.IsError(new string('x', 100_000)), Is.False, "what backtracks would take for ever");
            Assert.That(outcomes.Limit, Is.EqualTo(Regex.InfiniteMatchTimeout));
        });
    }
}
