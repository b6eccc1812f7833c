using Guardrail.Cli.OnCall;
using Guardrail.Engine.Rollouts;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Cli.Tests.OnCall;

internal sealed class HistoryTests
{
    private static readonly GuardedRollout[] All =
    [
        Fixtures.Rollout("running"),
        Fixtures.RolledBack("checkout", ended: TimeSpan.FromHours(5), ago: TimeSpan.FromHours(6)),
        Fixtures.RolledBack("cart", ended: TimeSpan.FromDays(8), ago: TimeSpan.FromDays(9)),
        Fixtures.With(Fixtures.RolledBack("checkout", ended: TimeSpan.FromHours(1)), s => s with { Outcome = RolloutOutcome.Healthy }),
    ];

    [Test]
    public void Ended_rollouts_are_listed_by_their_end()
    {
        Assert.That(HistoryCommand.Select(All, null, null, null, Fixtures.Now), Is.EqualTo(new[] { All[3], All[1], All[2] }));
    }

    [Test]
    public void They_can_be_chosen_by_workload_age_and_outcome()
    {
        Assert.That(HistoryCommand.Select(All, "deploy/checkout", null, null, Fixtures.Now), Is.EqualTo(new[] { All[3], All[1] }));
        Assert.That(HistoryCommand.Select(All, "checkout", null, RolloutOutcome.RolledBack, Fixtures.Now), Is.EqualTo(new[] { All[1] }));
        Assert.That(HistoryCommand.Select(All, null, TimeSpan.FromDays(7), RolloutOutcome.RolledBack, Fixtures.Now), Is.EqualTo(new[] { All[1] }));
        Assert.That(HistoryCommand.Select(All, "sts/checkout", null, null, Fixtures.Now), Is.Empty);
    }

    [TestCase(80)]
    [TestCase(160)]
    public void The_table_tells_outcome_duration_evidence_and_reason(int width)
    {
        var (screen, text) = Fixtures.Terminal(width);
        HistoryCommand.Write(HistoryCommand.Select(All, null, null, RolloutOutcome.RolledBack, Fixtures.Now), "shop", Fixtures.Now, screen);
        Assert.That(text.ToString().Split('\n'), Is.All.Matches<string>(l => l!.Length <= width));
        Assert.That(text.ToString(), Does.Contain("RolledBack  5h0m ago  1h0m  8.2 of 6.9").And.Contain("6f7d → 58c9").And.Contain("errors: 75 errors in"));
    }

    [TestCase(-0.3, "-0.3 of 6.9")]
    [TestCase(-0.04, " 0.0 of 6.9")]
    public void Evidence_below_zero_is_told_as_it_is(double nats, string told)
    {
        var (screen, text) = Fixtures.Terminal();
        HistoryCommand.Write([Fixtures.With(Fixtures.RolledBack(), s => s with { Evidence = s.Evidence! with { Nats = nats } })], "shop", Fixtures.Now, screen);
        Assert.That(text.ToString(), Does.Contain(told));
    }

    [Test]
    public void An_empty_history_is_said()
    {
        var (screen, text) = Fixtures.Terminal();
        HistoryCommand.Write([], null, Fixtures.Now, screen);
        Assert.That(text.ToString(), Is.EqualTo("No rollout has ended in any namespace that fits.\n"));
    }
}
