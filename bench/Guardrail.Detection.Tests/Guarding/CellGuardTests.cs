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

    [Test]
    public void One_bad_pod_of_three_is_held_and_a_person_called_with_its_name()
    {
        var outcome = Play(Cell("1 of 3 canary pods bad"), 1);

        Assert.That(outcome.Answers(RightAnswer.NamePod), Is.True, outcome.ToString());
        Assert.That(outcome.Called, Does.Contain("shop-new-0"));
    }

    [Test]
    public void A_call_that_names_another_pod_is_not_the_right_answer()
    {
        var outcome = new GuardOutcome(null, 10, 40, string.Empty) { Called = "shop-new-1 alone is bad" };

        Assert.That(outcome.Answers(RightAnswer.NamePod), Is.False);
        Assert.That(outcome.Answers(RightAnswer.CallPerson), Is.True);
        Assert.That((outcome with { RolledBackAt = 50 }).Answers(RightAnswer.CallPerson), Is.False);
    }

    [Test]
    public void A_fault_of_one_route_is_found_among_healthy_ones()
    {
        var outcome = Play(Cell("single-route fault, 5 % of the traffic"), 1);

        Assert.That(outcome.RolledBackAt, Is.InRange(10, 120));
    }

    [Test]
    public void Fewer_orders_are_found_though_no_request_fails()
    {
        var outcome = Play(Cell("30 % fewer orders"), 1);

        Assert.That(outcome.RolledBackAt, Is.InRange(10, 900));
        Assert.That(outcome.Reason, Does.Contain("orders"));
    }

    [Test]
    public void Neighbours_play_the_same_for_the_same_seed_and_name()
    {
        var cell = Cell("demand falls everywhere after replacement");
        var run = new CellRun(cell);
        var guard = new CellGuard(run, cell);

        var first = Play(run, guard, 1);

        Assert.That(Play(run, guard, 1), Is.EqualTo(first));
    }

    private static Cell Cell(string name) => CellCatalogue.Healthy.Concat(CellCatalogue.Faulty).Single(cell => cell.Name == name);

    private static GuardOutcome Play(Cell cell, ulong seed)
    {
        var run = new CellRun(cell);
        return Play(run, new CellGuard(run, cell), seed);
    }

    private static GuardOutcome Play(CellRun run, CellGuard guard, ulong seed)
    {
        run.Begin(new RandomSource(seed, 0));
        guard.Begin(seed, "run");
        while (run.Next())
        {
            guard.Observe();
        }

        return guard.Outcome;
    }
}
