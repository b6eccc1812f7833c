using Guardrail.Kubernetes.Connection;
using Guardrail.Simulation.Drills;

namespace Guardrail.Simulation.Tests.Drills;

public sealed class DrillReplayTests
{
    [Test]
    public void A_drill_from_its_file_scores_as_it_did()
    {
        var (plan, result) = Held();
        var read = DrillFile.Load(new StringReader(DrillWriter.Write(result)), "d.yaml");
        Assert.That(DrillWriter.Write(DrillReplay.Play(read, Drilled.BadApi, plan.Scenario)), Is.EqualTo(DrillWriter.Write(result.Score)));
    }

    [Test]
    public void A_command_that_was_added_later_scores_otherwise()
    {
        var (plan, result) = Held();
        var better = result with { Steps = [new(TimeSpan.FromSeconds(125), "anna", new DrillCommand.RollBack("api", null)), .. result.Steps] };
        Assert.That(DrillWriter.Write(DrillReplay.Play(better, Drilled.BadApi, plan.Scenario)), Is.Not.EqualTo(DrillWriter.Write(result.Score)));
    }

    [Test]
    public void Another_scenario_or_what_does_not_fit_it_is_refused()
    {
        var (plan, result) = Held();
        Assert.That(() => DrillReplay.Play(result with { IsLive = true }, Drilled.BadApi, plan.Scenario), Throws.TypeOf<ConfigurationException>().With.Message.StartsWith("a drill that was held live "));
        Assert.That(() => DrillReplay.Play(result, Drilled.BadApi + "\n", plan.Scenario), Throws.TypeOf<ConfigurationException>()
            .With.Message.EqualTo("the scenario test.yaml has changed since the drill of 2026-11-24; restore it as it was, or hold the drill anew."));
        Assert.That(() => DrillReplay.Play(result with { Steps = [new(TimeSpan.Zero, "anna", new DrillCommand.Hold("x"))] }, Drilled.BadApi, plan.Scenario),
            Throws.TypeOf<ConfigurationException>().With.Message.StartsWith("the step \"hold x\" fits neither "));
        Assert.That(() => DrillReplay.Play(result with { Length = TimeSpan.FromHours(2) }, Drilled.BadApi, plan.Scenario),
            Throws.TypeOf<ConfigurationException>().With.Message.StartsWith("the drill's time does not lie within the scenario"));
    }

    private static (DrillPlan Plan, DrillResult Result) Held()
    {
        var plan = Drilled.Plan(Drilled.BadApi);
        var steps = Drilled.Steps(plan, "+2m40s see api\n+3m hold api\n+4m rollback api\n+4m10s page somebody");
        var (score, endedAt) = DrillReplay.Play(plan, steps);
        return (plan, Drilled.Result("2026-11-24", "test", "anna,ben") with
        {
            Source = plan.Source,
            Digest = plan.Digest,
            Seed = plan.Seed,
            Begins = plan.Begins,
            Length = plan.Length,
            Guardrail = plan.Guardrail,
            Steps = steps,
            Score = score,
            EndedAt = endedAt,
        });
    }
}
