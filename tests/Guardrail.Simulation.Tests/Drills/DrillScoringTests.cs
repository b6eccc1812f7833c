using Guardrail.Simulation.Drills;

namespace Guardrail.Simulation.Tests.Drills;

public sealed class DrillScoringTests
{
    private const string Good = """
        duration: 20m
        services: {shop: {traffic: 200/s, calls: [api]}, api: {pods: 4}, mail: {traffic: 20/s}}
        rollouts: [{service: api, at: 5m}]
        """;

    [Test]
    public void Times_count_from_the_first_bad_request_and_name_who_did_it()
    {
        var (score, _) = Drilled.Play(Drilled.Plan(Drilled.BadApi), "+1m see nothing odd\n+2m40s ben: see shop has errors\n+3m20s anna: rollback api");
        var hurt = score.HurtAt!.Value;
        Assert.Multiple(() =>
        {
            Assert.That(score.Trouble, Is.EqualTo(DrillTrouble.Rollout));
            Assert.That(hurt, Is.InRange(TimeSpan.FromSeconds(130), TimeSpan.FromSeconds(131)), "the first new pod is ready 10 s after the rollout");
            Assert.That(score.Detected, Is.EqualTo(new DrillMilestone(TimeSpan.FromSeconds(160), TimeSpan.FromSeconds(160) - hurt, "ben", "see shop has errors")));
            Assert.That(score.Decided!.Took, Is.EqualTo(TimeSpan.FromSeconds(200) - hurt));
            Assert.That(score.Decided.By, Is.EqualTo("anna"));
            Assert.That(score.Mitigated!.At, Is.InRange(TimeSpan.FromSeconds(205), TimeSpan.FromSeconds(260)));
            Assert.That(score.Mitigated.By, Is.EqualTo("anna"));
            Assert.That(score.Wrong, Is.Empty);
        });
    }

    [TestCase("+4m see mail is slow", false, Description = "mail is well")]
    [TestCase("+4m see no errors anywhere", false)]
    [TestCase("+4m see something", false)]
    [TestCase("+1m see api has errors", false, Description = "before the rollout")]
    [TestCase("+4m see errors", true)]
    [TestCase("+4m see API!", true)]
    [TestCase("+4m see shop, maybe mail", true)]
    [TestCase("+4m hold api", true, Description = "who acts rightly has seen it")]
    [TestCase("+4m hold mail", false)]
    public void What_is_seen_counts_by_the_service_or_symptom_that_it_names(string line, bool isDetected)
    {
        var (score, _) = Drilled.Play(Drilled.Plan(Drilled.BadApi), line);
        Assert.That(score.Detected is not null, Is.EqualTo(isDetected));
    }

    [Test]
    public void Acting_before_anybody_was_hurt_takes_no_time()
    {
        var (score, _) = Drilled.Play(Drilled.Plan(Drilled.BadApi), "+2m3s rollback api");
        Assert.Multiple(() =>
        {
            Assert.That(score.HurtAt, Is.Null);
            Assert.That(score.Decided!.Took, Is.EqualTo(TimeSpan.Zero));
            Assert.That(score.Requests.Spoilt, Is.Zero);
        });
    }

    [Test]
    public void Wrong_is_to_touch_what_was_well_and_to_let_go_what_is_bad()
    {
        var (score, _) = Drilled.Play(Drilled.Plan(Drilled.BadApi), """
            +1m hold mail
            +1m10s rollback shop
            +2m30s ben: approve
            +3m rollback api
            +4m rollback api v2
            +5m rollback api
            +6m rollback api
            """);
        Assert.That(score.Wrong.Select(w => $"{w.By}: {w.What}: {w.Why}"), Is.EqualTo(new[]
        {
            "anna: hold mail: mail v1 was well",
            "anna: rollback shop: shop v1 was well",
            "ben: approve api: api v2 is bad",
            "anna: rollback api: it brought back a revision of api that is bad",
        }));
    }

    [Test]
    public void Where_nothing_is_wrong_leaving_it_alone_is_right()
    {
        var (left, _) = Drilled.Play(Drilled.Plan(Good), "+4m approve api\n+5m see everything is well");
        var (touched, _) = Drilled.Play(Drilled.Plan(Good), "+3m rollback api");
        Assert.Multiple(() =>
        {
            Assert.That(left.Trouble, Is.EqualTo(DrillTrouble.None));
            Assert.That(left.Wrong, Is.Empty);
            Assert.That(touched.Wrong.Single().Why, Is.EqualTo("api v2 was well"));
            Assert.That(touched.Detected, Is.Null);
        });
    }

    [Test]
    public void What_no_rollout_brought_is_seen_and_paged_not_rolled_back()
    {
        var (score, _) = Drilled.Play(
            Drilled.Plan(Good + "\nfaults: [{fault: dependencyOutage, service: api, at: 6m, for: 5m, share: 60%}]"),
            "+2m page too early\n+3m30s see mail is down\n+4m ben: see shop has errors\n+5m page the provider\n+6m rollback api");
        Assert.Multiple(() =>
        {
            Assert.That(score.Trouble, Is.EqualTo(DrillTrouble.Elsewhere));
            Assert.That(score.HurtAt, Is.EqualTo(TimeSpan.FromMinutes(3)));
            Assert.That(score.Detected, Is.EqualTo(new DrillMilestone(TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(1), "ben", "see shop has errors")));
            Assert.That(score.Decided, Is.EqualTo(new DrillMilestone(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(2), "anna", "page the provider")));
            Assert.That(score.Wrong.Select(w => w.What), Is.EqualTo(new[] { "rollback api" }));
            Assert.That(score.Paged, Is.EqualTo(new[] { "too early", "the provider" }));
        });
    }
}
