using Guardrail.Detection.Cells;
using Guardrail.Detection.Guarding;
using Guardrail.Simulation.Traffic.Randomness;

namespace Guardrail.Detection.Tests.Guarding;

public sealed class CellGuardTests
{
    private static readonly Cell Healthy = new() { Name = "healthy", RequestsPerSecond = 200, Duration = TimeSpan.FromMinutes(10) };

    private static readonly Cell Bad = Healthy with { Name = "bad", Defect = new Defect.ErrorRate(0.5) };

    [Test]
    public void A_release_that_fails_every_second_request_is_taken_back_within_half_a_minute()
    {
        var outcome = Play(Bad, 1);

        // 100 bad requests a tick against a tenth of a bad request in the control: the cap's three ticks, and a missed scrape or two.
        Assert.That(outcome.RolledBackAt, Is.InRange(10, 30));
        Assert.That(outcome.Reason, Does.Contain("errors in"));
    }

    [Test]
    public void A_release_as_good_as_the_old_one_is_watched_to_the_end()
    {
        var outcome = Play(Healthy, 1);

        Assert.That(outcome.RolledBackAt, Is.Null);
        Assert.That(outcome.Reason, Does.StartWith("Healthy: "));
    }

    [Test]
    public void Nothing_is_decided_before_a_fault_sets_in()
    {
        var outcome = Play(Bad with { Onset = TimeSpan.FromMinutes(4) }, 1);

        Assert.That(outcome.RolledBackAt, Is.InRange(250, 320));
    }

    [Test]
    public void A_guard_that_has_decided_begins_again_as_if_it_were_new()
    {
        var run = new CellRun(Bad);
        var guard = new CellGuard(run, Bad);

        var first = Play(run, guard, 1);

        Assert.That(Play(run, guard, 2).RolledBackAt, Is.Not.Null);
        Assert.That(Play(run, guard, 1), Is.EqualTo(first));
    }

    [Test]
    public void What_is_wrong_is_not_looked_at_beyond_what_a_cluster_shows()
    {
        // The same traffic under another label must be judged the same.
        var labelled = Healthy with { Defect = new Defect.BadPods(0, 1) };

        Assert.That(Play(labelled, 3), Is.EqualTo(Play(Healthy, 3)));
    }

    private static GuardOutcome Play(Cell cell, ulong seed)
    {
        var run = new CellRun(cell);
        return Play(run, new CellGuard(run, cell), seed);
    }

    private static GuardOutcome Play(CellRun run, CellGuard guard, ulong seed)
    {
        run.Begin(new RandomSource(seed, 0));
        guard.Begin();
        while (run.Next())
        {
            guard.Observe();
        }

        return guard.Outcome;
    }
}
