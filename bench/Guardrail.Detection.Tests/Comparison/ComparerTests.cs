using System.Text.Json;
using Guardrail.Detection.Cells;
using Guardrail.Detection.Comparison;

namespace Guardrail.Detection.Tests.Comparison;

public sealed class ComparerTests
{
    private static readonly Cell Well = new() { Name = "well", Duration = TimeSpan.FromMinutes(6), History = TimeSpan.FromMinutes(2) };

    private static readonly Cell[] Healthy = [Well, Well with { Name = "well, latency", Latency = new() }];

    private static readonly Cell[] Faulty =
    [
        Well with { Name = "0.10 % → 5.00 % at 1000 rps", RequestsPerSecond = 1000, Defect = new Defect.ErrorRate(0.05) },
        Well with { Name = "slow", Latency = new(), RequestsPerSecond = 1000, Onset = TimeSpan.FromSeconds(90), Defect = new Defect.SlowerBy(3) },
    ];

    private static readonly CompareOptions Options = new(5, 6, 4, 3, 1);

    private CompareResult result = null!;

    [OneTimeSetUp]
    public void Compare() => result = Run(Options);

    [Test]
    public void Every_run_is_counted()
    {
        Assert.That(result.Healthy.Select(cell => cell.Runs), Is.All.EqualTo(6));
        Assert.That(result.Errors.Concat(result.Latency).SelectMany(rule => rule.Ladder).Select(rate => rate.Runs), Is.All.EqualTo(4));
        Assert.That(result.Faulty.Select(cell => cell.Guard.Runs + cell.Guard.Early), Is.All.EqualTo(3));
        Assert.That(result.Faulty.SelectMany(cell => cell.Peers).Select(peer => peer.Delay.Runs + peer.Delay.Early), Is.All.EqualTo(3));
    }

    [Test]
    public void A_plainly_bad_release_is_found_by_us_and_bad_requests_end_with_the_decision()
    {
        var cell = result.Faulty[0];
        var late = cell.Peers.First(peer => !double.IsFinite(peer.Delay.Median));

        Assert.That(cell.Guard.Detected, Is.EqualTo(3));
        Assert.That(cell.Guard.Median, Is.InRange(10, 40));
        Assert.That(cell.Guard.Bad, Is.LessThan(late.Delay.Bad / 5));
    }

    [Test]
    public void A_tuned_rule_keeps_to_the_limit_and_no_easier_setting_does()
    {
        foreach (var rule in result.Errors.Concat(result.Latency))
        {
            if (rule.Tuned is { } tuned)
            {
                Assert.That(tuned.Rate, Is.LessThanOrEqualTo(Tuning.MostFalse));
                Assert.That(rule.Ladder.TakeWhile(rate => rate != tuned).Select(rate => rate.Rate), Is.All.GreaterThan(Tuning.MostFalse));
            }
        }
    }

    [TestCase(2)]
    [TestCase(4)]
    public void The_same_seed_gives_the_same_numbers_whatever_the_degree(int degree)
    {
        var again = Run(Options with { Degree = degree });

        Assert.That(Numbers(again), Is.EqualTo(Numbers(result)));
    }

    [Test]
    public void Another_seed_gives_other_numbers() => Assert.That(Numbers(Run(Options with { Seed = 6 })), Is.Not.EqualTo(Numbers(result)));

    [Test]
    public void The_json_says_where_it_comes_from_and_what_was_found()
    {
        var root = JsonDocument.Parse(CompareJson.Write(result)).RootElement;

        Assert.That(root.GetProperty("seed").GetUInt64(), Is.EqualTo(5));
        Assert.That(root.GetProperty("healthyRuns").GetInt32(), Is.EqualTo(6));
        Assert.That(root.GetProperty("version").GetString(), Is.Not.Empty);
        Assert.That(root.GetProperty("command").GetString(), Does.Contain("--seed 5"));
        Assert.That(root.GetProperty("healthy")[0].GetProperty("false").GetInt32(), Is.Zero);
        Assert.That(root.GetProperty("healthy")[0].GetProperty("upper").GetDouble(), Is.InRange(0.39, 0.4));
        Assert.That(root.GetProperty("faulty")[0].GetProperty("guardrail").GetProperty("median").GetDouble(), Is.InRange(10, 40));
        Assert.That(root.GetProperty("faulty")[0].GetProperty("peers").GetArrayLength(), Is.GreaterThan(10));
        Assert.That(root.GetProperty("mustShow").GetArrayLength(), Is.GreaterThan(1));
        Assert.That(root.GetProperty("peersWin").ValueKind, Is.EqualTo(JsonValueKind.Array));
    }

    [Test]
    public void A_rule_tuned_by_the_worst_cell_keeps_to_the_limit_in_every_cell()
    {
        foreach (var rule in result.Errors.Concat(result.Latency))
        {
            Assert.That(rule.TunedInWorst?.WorstRate ?? 0, Is.LessThanOrEqualTo(Tuning.MostFalse), rule.Family);
            Assert.That(rule.Ladder.Select(rate => rate.WorstRate), Is.All.Not.LessThan(0));
        }
    }

    [Test]
    public void A_rule_tuned_at_home_is_tuned_on_the_calm_traffic_of_the_same_service()
    {
        var slow = result.Faulty[1];
        var faulty = Faulty[1] with { RequestsPerSecond = 100 };

        Assert.That(Healthy[1].IsCalmTwinOf(Faulty[1]), Is.False, "another rate");
        Assert.That(Healthy[1].IsCalmTwinOf(faulty), Is.True);
        Assert.That(Healthy[0].IsCalmTwinOf(faulty), Is.False, "another kind");
        Assert.That((Healthy[1] with { Disturbances = [new Disturbance.Surge(2) { Start = default, Length = default }] }).IsCalmTwinOf(faulty), Is.False, "not calm");
        Assert.That(slow.Peers.Any(peer => peer.IsTunedAtHome), Is.False);
    }

    [Test]
    public void A_fault_for_a_person_is_scored_apart_from_those_to_be_taken_back()
    {
        var cell = Well with { Name = "one pod", RequestsPerSecond = 1000, Schedule = RolloutSchedule.Canary(7, 3, 0.3), Defect = new Defect.BadPods(1, 0.3), Answer = RightAnswer.NamePod };
        var scored = Comparer.Compare([Well], [cell], Options, _ => { }, CancellationToken.None);

        Assert.That(scored.Faulty, Is.Empty);
        Assert.That(scored.Attributed.Single().Right, Is.EqualTo(3));
        Assert.That(scored.Attributed.Single().Told, Does.Contain("shop-new-0"));
        Assert.That(Claims.Of(scored).Any(claim => claim.Text.StartsWith("one pod", StringComparison.Ordinal) && claim.Holds), Is.True);
    }

    [Test]
    public void What_never_happens_is_null_in_the_json()
    {
        var peers = JsonDocument.Parse(CompareJson.Write(result)).RootElement.GetProperty("faulty")[0].GetProperty("peers").EnumerateArray();

        Assert.That(peers.Select(peer => peer.GetProperty("delay").GetProperty("median").ValueKind), Has.Some.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public void The_page_has_the_claims_the_wins_and_the_plots()
    {
        var page = ComparePage.Render(result);

        Assert.That(page, Does.Contain("What is to be shown").And.Contain("Where others do better").And.Contain("<svg").And.Contain("--seed 5"));
        Assert.That(page, Does.Not.Contain("NaN").And.Not.Contain("∞"));
    }

    private static CompareResult Run(CompareOptions options) => Comparer.Compare(Healthy, Faulty, options, _ => { }, CancellationToken.None);

    private static string Numbers(CompareResult result) =>
        CompareJson.Write(result with { Origin = result.Origin with { Seconds = 0, Options = result.Origin.Options with { Degree = 0, Seed = 0 } } });
}
