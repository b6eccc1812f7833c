using Guardrail.Detection.Replay;
using Guardrail.Simulation.Traffic.Randomness;

namespace Guardrail.Detection.Tests.Replay;

public sealed class ReplayGuardTests
{
    private static readonly ReplayShape Shape = new(TimeSpan.FromSeconds(60), [], true, 9, 1, false);

    [Test]
    public void A_fault_in_the_new_revision_is_found_after_its_onset()
    {
        var outcome = Play(new(100, 50, []));

        Assert.That((outcome.IsFound, outcome.IsEarly), Is.EqualTo((true, false)));
        Assert.That(outcome.Delay, Is.InRange(60, 600));
        Assert.That(outcome.Requests, Is.EqualTo((long)(outcome.Delay / 60 * 100)));
    }

    [Test]
    public void The_same_requests_on_both_sides_are_left_alone() => Assert.That(Play(new(100, 1, [])).IsTakenBack, Is.False);

    private static TrialOutcome Play(Batch fault) => Trials.Play(
        Shape,
        Enumerable.Repeat(new Batch(1000, 10, []), 20),
        Enumerable.Repeat(new Batch(900, 9, []), 40),
        Enumerable.Repeat(new Batch(100, 1, []), 2),
        Enumerable.Repeat(fault, 20),
        new RandomSource(1, 0));
}
