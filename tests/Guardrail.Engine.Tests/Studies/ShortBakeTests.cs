using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Tests.Scenarios;

namespace Guardrail.Engine.Tests.Studies;

/// <summary>What becomes of releases under a bake of seconds, when ticks are missed and writes come late: 300 requests/s on six pods, ticks of 1 s.</summary>
[Category("Slow")]
public sealed class ShortBakeTests
{
    private const int Runs = 200;
    private const double Usual = 0.0005;

    private static readonly GuardPolicy Hasty = new()
    {
        Name = "shop",
        Namespace = "shop",
        Autonomy = Autonomy.Enforce,
        Tick = TimeSpan.FromSeconds(1),
        Bake = TimeSpan.FromSeconds(8),
        BlindBudget = TimeSpan.FromSeconds(3),
        Pacing = new() { StepDuration = TimeSpan.FromSeconds(4) },
    };

    [Test]
    public void A_bad_release_is_never_called_healthy_and_a_good_one_still_is([Values(0, 0.3, 0.6)] double missed, [Values(0, 0.5)] double refused)
    {
        var bad = Ends(Release.Bad("v2"), missed, refused);
        var good = Ends(Release.Good("v2") with { ErrorRate = Usual }, missed, refused);

        TestContext.Out.WriteLine($"bad: {Told(bad)}\ngood: {Told(good)}");
        Assert.That(bad.Where(e => e.Outcome == RolloutOutcome.Healthy).Select(e => e.Why), Is.Empty);
        Assert.That(bad.Count(e => e.Outcome == RolloutOutcome.RolledBack), Is.GreaterThanOrEqualTo(refused > 0 ? Runs * 80 / 100 : Runs));
        Assert.That(good.Count(e => e.Outcome == RolloutOutcome.RolledBack), Is.LessThanOrEqualTo(2), "200 runs at 1 in 1,000");
        Assert.That(good.Count(e => e.Outcome == RolloutOutcome.Healthy), Is.GreaterThanOrEqualTo(Runs * 95 / 100));
    }

    private static string Told(IEnumerable<(RolloutOutcome? Outcome, string Why)> ends) =>
        string.Join(", ", ends.GroupBy(e => e.Outcome).Select(g => $"{g.Key}: {g.Count()}"));

    private static List<(RolloutOutcome? Outcome, string Why)> Ends(Release release, double missed, double refused) =>
        [.. Enumerable.Range(0, Runs).Select(seed => End(seed, release, missed, refused))];

    /// <param name="missed">Share of ticks in which nothing is read.</param>
    /// <param name="refused">Share of writes that fail, so that holds come late or not at all.</param>
    private static (RolloutOutcome? Outcome, string Why) End(int seed, Release release, double missed, double refused)
    {
        var chance = new Random(seed);
        var scenario = new Scenario(Hasty, seed, replicas: 6, Release.Good("v1") with { ErrorRate = Usual });
        scenario.Cluster.RequestsPerSecond = 300;
        scenario.Cluster.StepsPerBatch = 2;
        scenario.Interfere = a => chance.NextDouble() < refused ? new ActionOutcome.Failed("slow") : null;
        scenario.Run(6).Cluster.Deploy(release);
        for (var i = 0; i < 120 && scenario.Outcome is null; i++)
        {
            if (chance.NextDouble() < missed)
            {
                scenario.Cluster.Step(Hasty.Tick);
                scenario.Show();
            }
            else
            {
                scenario.Tick();
            }
        }

        return (scenario.Outcome, string.Join(" | ", scenario.Decisions.Select(d => $"{d.At:ss} {d.Kind} {d.Reason}")));
    }
}
