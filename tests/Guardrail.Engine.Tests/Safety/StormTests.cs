using System.Text.Json;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Safety;
using Guardrail.Engine.Tests.Detectors;
using Guardrail.Engine.Tests.Scenarios;

namespace Guardrail.Engine.Tests.Safety;

/// <summary>Many workloads at once.</summary>
public sealed class StormTests
{
    [Test]
    [Category("Fault")]
    public void Of_five_bad_rollouts_at_once_three_are_taken_back_and_a_person_is_called_for_the_others()
    {
        var town = new Town();
        var services = Enumerable.Range(0, 5).Select(i => town.Open($"s{i}", 8)).ToList();
        town.Run(120);
        services.ForEach(s => Break(town, s));
        town.Run(60);

        Assert.That(town.Decisions.Where(d => d.Action is WorkloadAction.RollBack).Select(d => d.Rollout.Workload).Distinct().Count(), Is.EqualTo(3));
        var pages = town.Decisions.Where(d => d.Kind == DecisionKind.Page).ToList();
        Assert.That(pages, Has.Count.EqualTo(2).And.All.Property("Reason").Contains("storm: 3 rollbacks in the last 10 min"));
        Assert.That(pages, Has.All.Property("Id").EqualTo(new DecisionId("storm-v2-2")));
        Assert.That(pages.Select(p => town.Rollout(p.Rollout.Workload.Name).Phase), Has.All.InstanceOf<RolloutPhase.NeedsPerson>());

        town.Run(130);
        Assert.That(
            town.Decisions.Where(d => d.Action is WorkloadAction.RollBack).Select(d => d.Rollout.Workload).Distinct().Count(), Is.EqualTo(5),
            "when the window has passed, those that are still bad follow");
    }

    [Test]
    public void The_breaker_remembers_across_a_restart()
    {
        var scenario = new Scenario();
        scenario.Run(24);
        var before = new Scenario().Safety;
        before.Restore([Rollbacks.At(0, "a"), Rollbacks.At(0.5, "b"), Rollbacks.At(1, "c")]);
        scenario.Safety.Restore(JsonSerializer.Deserialize<RollbackEntry[]>(JsonSerializer.Serialize(before.Capture()))!);
        scenario.Cluster.Deploy(Release.Bad("v2"));
        scenario.Run(40);

        Assert.That(scenario.Actions.OfType<WorkloadAction.RollBack>(), Is.Empty);
        Assert.That(scenario.Last(DecisionKind.Page).Reason, Does.Contain("storm: 3 rollbacks"));
        Assert.That(scenario.Cluster.Paused, "it is held meanwhile");
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 120);
    }

    [Test]
    public void A_rollback_that_fails_and_is_asked_for_again_is_one_rollback()
    {
        var scenario = new Scenario { Interfere = a => a is WorkloadAction.RollBack ? new ActionOutcome.Failed("503") : null };
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.Run(60);

        Assert.That(scenario.Count(DecisionKind.RollBack), Is.GreaterThan(3));
        Assert.That(scenario.Safety.Capture(), Has.Length.EqualTo(1));
    }

    [Test]
    public void A_rollback_that_lost_its_race_or_is_impossible_is_none()
    {
        var scenario = new Scenario { Interfere = a => a is WorkloadAction.RollBack ? new ActionOutcome.Impossible("forbidden") : null };
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.Run(20);

        Assert.That(scenario.Safety.Capture(), Is.Empty);
    }

    [Test]
    [Category("Fault")]
    public void When_most_workloads_that_nobody_changed_fail_too_nothing_is_rolled_back_until_they_recover()
    {
        var (town, checkout) = Failing(others: 4, outOf: 5);
        town.Run(60);

        Assert.That(town.Decisions.Where(d => d.Action is WorkloadAction.RollBack), Is.Empty);
        var page = town.Decisions.Single(d => d.Kind == DecisionKind.Page);
        Assert.That(page.Reason, Does.Match("4 of 5 other workloads that nobody changed fail as well .* suspect something that all of them need, or the metrics"));
        Assert.That(page.Id.Value, Does.StartWith("common-cause"));
        Assert.That(town.Decisions.Any(d => d.Action is WorkloadAction.Hold), "it is held meanwhile");

        town.Recover();
        Assert.That(town.UntilRolledBack(checkout.Workload.Name, within: 40), Is.Not.Null, "it is still bad when the others are not");
    }

    [TestCase(2, 2, Description = "two are not many")]
    [TestCase(3, 8, Description = "less than half are not many")]
    public void When_few_others_fail_it_is_rolled_back(int others, int outOf)
    {
        var (town, checkout) = Failing(others, outOf);
        Assert.That(town.UntilRolledBack(checkout.Workload.Name, within: 60), Is.Not.Null);
    }

    [Test]
    public void Others_that_the_policy_expects_it_to_break_do_not_protect_it()
    {
        var (town, checkout) = Failing(
            others: 4, outOf: 4, Town.Policy with { Impact = [.. Enumerable.Range(0, 4).Select(i => new Policies.ImpactTarget(Town.Id($"o{i}"), new("errors")))] });
        Assert.That(town.UntilRolledBack(checkout.Workload.Name, within: 60), Is.Not.Null);
    }

    [Test]
    public void Others_that_are_being_changed_themselves_do_not_protect_it()
    {
        var town = new Town();
        var checkout = town.Open("checkout", 8);
        var others = Enumerable.Range(0, 4).Select(i => town.Open($"o{i}", 8)).ToList();
        town.Run(120);
        others.ForEach(o => Break(town, o));
        Break(town, checkout);
        town.Run(30);

        Assert.That(town.Decisions.Where(d => d.Kind == DecisionKind.Page), Has.None.Property("Reason").Contains("nobody changed"));
    }

    private static (Town Town, Service Checkout) Failing(int others, int outOf, Policies.GuardPolicy? policy = null)
    {
        var town = new Town(policy);
        var checkout = town.Open("checkout", 8);
        var rest = Enumerable.Range(0, outOf).Select(i => town.Open($"o{i}", 8)).ToList();
        town.Run(120);
        foreach (var other in rest.Take(others))
        {
            other.Load = _ => (500, 50);
        }

        Break(town, checkout);
        return (town, checkout);
    }

    private static void Break(Town town, Service service)
    {
        town.Roll(service, "v2", old: 6, young: 3);
        service.Load = pod => pod.IsNew ? (500, 30) : (500, 0);
    }
}
