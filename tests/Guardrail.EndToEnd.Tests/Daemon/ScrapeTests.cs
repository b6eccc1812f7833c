using System.Net;
using System.Text.Json.Nodes;
using Guardrail.EndToEnd.Tests.Harness;
using Guardrail.Engine.Decisions;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Traffic.Faults;

namespace Guardrail.EndToEnd.Tests.Daemon;

/// <summary>The daemon, an API server over HTTP, and the pods' own metrics pages.</summary>
[Category("EndToEnd")]
[Category("Slow")]
[CancelAfter(120_000)]
internal sealed class ScrapeTests
{
    private const int Prelude = 6;

    [Test]
    public async Task A_good_release_stays_and_is_stamped(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        await using var daemon = await StartAsync(shop, cancellationToken);

        shop.Deploy(TestShop.Good);
        var end = await daemon.Decisions.UntilAsync(DecisionKind.End, cancellationToken);
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.StampKnownGood, cancellationToken);

        Assert.That(end.Verdict, Is.InstanceOf<Verdict.Healthy>(), daemon.Decisions.ToString());
        Assert.That(shop.History.Images, Is.EqualTo(new[] { TestShop.First, TestShop.Good }));
        Assert.That(shop.History.Rollbacks, Is.Zero);
        Assert.That(shop.KnownGood, Is.EqualTo(new[] { TestShop.Good }));
        Assert.That(daemon.Decisions.Kinds, Is.EqualTo(new[]
        {
            DecisionKind.Start, DecisionKind.Hold, DecisionKind.Resume, DecisionKind.End, DecisionKind.StampKnownGood,
        }));
    }

    [Test]
    public async Task A_bad_release_is_rolled_back_once_and_told_on_the_workload(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        await using var daemon = await StartAsync(shop, cancellationToken);

        shop.Deploy(TestShop.Bad);
        await TakenBackAsync(shop, daemon, cancellationToken);

        Assert.That(shop.History.Images, Is.EqualTo(new[] { TestShop.First, TestShop.Bad, TestShop.First }));
        Assert.That(shop.History.Rollbacks, Is.EqualTo(1));
        Assert.That(shop.Cluster.Api.Counters.Of("patch", "deployments"), Is.EqualTo(2), "one hold and one rollback");
        Assert.That(shop.History.States[^1], Has.Property("Paused").False.And.Property("PausedBy").Null);
        await shop.Cluster.WaitUntilAsync(() => EventsOf(shop, "RollingBack").Length == 1, cancellationToken);
        var note = (string)EventsOf(shop, "RollingBack")[0]["message"]!;
        Assert.That(note, Is.EqualTo(daemon.Decisions.Decisions.First(d => d.Kind == DecisionKind.RollBack).Reason));
        var (status, page) = await daemon.GetAsync("/", cancellationToken);
        Assert.That(status, Is.EqualTo(200));
        Assert.That(page, Does.Contain(WebUtility.HtmlEncode(note)).And.Contain("rolled back</span>").And.Contain("quarantined: "));
    }

    [Test]
    [Category("Fault")]
    public async Task A_crash_looping_release_is_rolled_back(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        await using var daemon = await StartAsync(shop, cancellationToken);

        shop.Deploy("shop/checkout:v3-crash", RevisionBehaviour.Of(new Fault.CrashLoop(TimeSpan.FromSeconds(1))));
        await TakenBackAsync(shop, daemon, cancellationToken);

        Assert.That(shop.History.Rollbacks, Is.EqualTo(1));
        var verdict = daemon.Decisions.Decisions.First(d => d.Kind == DecisionKind.RollBack).Verdict;
        Assert.That(verdict, Is.InstanceOf<Verdict.Regressed>().With.Property("Signal").EqualTo("lifecycle"));
    }

    [Test]
    [Category("Fault")]
    public async Task A_person_s_pause_is_never_undone_and_a_person_s_resume_lets_the_rollback_follow(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        await using var daemon = await StartAsync(shop, cancellationToken, PolicyText.For(TestShop.Space, pacing: false));

        shop.Deploy(TestShop.Bad);
        await shop.Cluster.WaitUntilAsync(() => shop.PodsOf(TestShop.Bad) > 0, cancellationToken);
        shop.Modify(d => d["spec"]!["paused"] = true, "kubectl-rollout");
        var page = await daemon.Decisions.UntilAsync(DecisionKind.Page, cancellationToken);
        await daemon.Decisions.UntilToldAsync(5, cancellationToken);

        Assert.That(page.Verdict, Is.InstanceOf<Verdict.Regressed>());
        Assert.That(page.Reason, Does.Contain("somebody else paused"));
        Assert.That(shop.History.States[^1], Has.Property("Paused").True.And.Property("Image").EqualTo(TestShop.Bad));
        Assert.That(shop.WritesOverTheApi, Is.Zero, "nothing was written while the person held it");

        shop.Modify(d => d["spec"]!.AsObject().Remove("paused"), "kubectl-rollout");
        await TakenBackAsync(shop, daemon, cancellationToken);
        Assert.That(shop.History.Rollbacks, Is.EqualTo(1));
    }

    [Test]
    public async Task A_good_release_that_a_person_paused_stays_paused(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        await using var daemon = await StartAsync(shop, cancellationToken);

        shop.Deploy(TestShop.Good);
        await shop.Cluster.WaitUntilAsync(() => shop.PodsOf(TestShop.Good) > 0, cancellationToken);
        shop.Modify(d =>
        {
            // Whoever was first: now it is the person's pause, as after `kubectl rollout resume` and `pause`.
            d["spec"]!["paused"] = true;
            d["metadata"]!["annotations"]!.AsObject().Remove(Kubernetes.Workloads.GuardrailAnnotations.PausedBy);
        }, "kubectl-rollout");
        await daemon.Decisions.UntilToldAsync(15, cancellationToken);

        Assert.That(shop.History.States[^1].Paused, Is.True, daemon.Decisions.ToString());
        Assert.That(shop.History.States[^1].PausedBy, Is.Null);
        Assert.That(daemon.Decisions.Kinds, Does.Not.Contain(DecisionKind.Resume));
        Assert.That(shop.PodsOf(TestShop.First), Is.GreaterThan(0));
    }

    [Test]
    [Category("Fault")]
    public async Task A_person_s_undo_during_the_hold_ends_it_without_a_rollback(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        await using var daemon = await StartAsync(shop, cancellationToken);

        shop.Deploy(TestShop.Bad);
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.Hold, cancellationToken);
        shop.Deploy(TestShop.First);
        await daemon.Decisions.UntilAsync(DecisionKind.End, cancellationToken);
        await shop.SettledAsync(cancellationToken);

        Assert.That(daemon.Decisions.Kinds, Does.Not.Contain(DecisionKind.RollBack), daemon.Decisions.ToString());
        Assert.That(shop.History.Images, Is.EqualTo(new[] { TestShop.First, TestShop.Bad, TestShop.First }));
        Assert.That(shop.History.States[^1], Has.Property("Paused").False.And.Property("PausedBy").Null, "its own pause is taken back");
        Assert.That(shop.PodsOf(TestShop.Bad), Is.Zero);
    }

    [Test]
    public async Task Observe_mode_decides_tells_and_changes_nothing(CancellationToken cancellationToken)
    {
        // It may not hold the rollout, so the rollout itself must be slow enough to be compared.
        await using var shop = await TestShop.StartAsync(cancellationToken, readyAfterSeconds: 4);
        await using var daemon = await StartAsync(shop, cancellationToken, PolicyText.For(TestShop.Space, autonomy: "Observe"));

        shop.Deploy(TestShop.Bad, RevisionBehaviour.Of(new Fault.ErrorRate(0.3)));
        var decision = await daemon.Decisions.UntilAsync(d => d.Verdict is Verdict.Regressed, "a regression", cancellationToken);
        await daemon.Decisions.UntilToldAsync(5, cancellationToken);

        Assert.That(decision.Action, Is.Null);
        Assert.That(shop.WritesOverTheApi, Is.Zero, "no write reached the API server but Events");
        Assert.That(shop.Cluster.Api.Counters.Of("create", "events"), Is.GreaterThan(0));
        Assert.That(shop.History.Images, Is.EqualTo(new[] { TestShop.First, TestShop.Bad }));
    }

    [Test]
    [Category("Fault")]
    public async Task Two_bad_releases_in_a_row_are_both_taken_back_to_the_first(CancellationToken cancellationToken)
    {
        const string Worse = "shop/checkout:v4-agent";
        await using var shop = await TestShop.StartAsync(cancellationToken);
        await using var daemon = await StartAsync(shop, cancellationToken);

        shop.Deploy(TestShop.Bad);
        await TakenBackAsync(shop, daemon, cancellationToken);
        shop.Deploy(Worse, TestShop.FivePercentErrors);
        await shop.UntilAsync(s => s.Image == TestShop.First, "the second rollback", cancellationToken);
        await shop.SettledAsync(cancellationToken);

        Assert.That(shop.History.Images, Is.EqualTo(new[] { TestShop.First, TestShop.Bad, TestShop.First, Worse, TestShop.First }));
        Assert.That(shop.History.Rollbacks, Is.EqualTo(2));
        Assert.That(shop.History.States[^1].Quarantined!.Split(','), Has.Length.EqualTo(2));
    }

    [Test]
    [Category("Fault")]
    public async Task A_Deployment_deleted_and_made_again_during_the_hold_is_guarded_anew(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        await using var daemon = await StartAsync(shop, cancellationToken);
        var made = shop.Deployment;

        shop.Deploy(TestShop.Bad);
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.Hold, cancellationToken);
        shop.Cluster.Store.Delete(ResourceTypes.Deployments, TestShop.Space, TestShop.Service);
        shop.Cluster.Store.Create(ResourceTypes.Deployments, TestShop.Space, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = TestShop.Service, ["labels"] = made["metadata"]!["labels"]!.DeepClone() },
            ["spec"] = made["spec"]!.DeepClone(),
        });
        await daemon.Decisions.UntilAsync(DecisionKind.End, cancellationToken);
        await shop.SettledAsync(cancellationToken);
        await daemon.Decisions.UntilToldAsync(Prelude, cancellationToken);
        var before = shop.History.Rollbacks;
        shop.Deploy(TestShop.Bad);
        await TakenBackAsync(shop, daemon, cancellationToken);

        Assert.That(before, Is.Zero, "what was deleted is not rolled back");
        Assert.That(shop.History.Rollbacks, Is.EqualTo(1));
        Assert.That(shop.History.States[^1], Has.Property("Image").EqualTo(TestShop.First).And.Property("Paused").False);
    }

    private static async Task<GuardedDaemon> StartAsync(TestShop shop, CancellationToken cancellationToken, string? policy = null)
    {
        var daemon = await GuardedDaemon.StartAsync(shop, policy ?? PolicyText.For(TestShop.Space), cancellationToken);
        await daemon.Decisions.UntilToldAsync(Prelude, cancellationToken);
        return daemon;
    }

    private static async Task TakenBackAsync(TestShop shop, GuardedDaemon daemon, CancellationToken cancellationToken)
    {
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.RollBack, cancellationToken);
        await shop.SettledAsync(cancellationToken);
        await daemon.Decisions.UntilToldAsync(3, cancellationToken);
    }

    private static JsonObject[] EventsOf(TestShop shop, string reason) =>
        [.. shop.Cluster.Store.List(ResourceTypes.Events, TestShop.Space).Items.Where(e => (string?)e["reason"] == reason)];
}
