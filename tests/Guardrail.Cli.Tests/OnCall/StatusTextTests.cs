using System.Text.Json;
using Guardrail.Cli.OnCall;
using Guardrail.Cli.Output;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Policies;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Cli.Tests.OnCall;

internal sealed class StatusTextTests
{
    [Test]
    public void The_most_urgent_rollout_stands_first_and_the_table_says_why()
    {
        var text = Show(
            160, Fixtures.Rollout("calm", nats: 0.1), Fixtures.RolledBack("undone"),
            Fixtures.Rollout("suspect", nats: 5), Fixtures.Rollout("stuck", RecordedPhase.NeedsPerson, 9, verdict: RecordedVerdict.Regressed));

        Assert.That(Lines(text)[0], Does.StartWith("WORKLOAD  PHASE        VERDICT    EVIDENCE"));
        Assert.That(Lines(text).Skip(1).Take(4).Select(l => l.Split(' ')[0]), Is.EqualTo(new[] { "stuck", "suspect", "calm", "undone" }));
        Assert.That(text, Does.Contain("stuck     NeedsPerson  Regressed  ██████ 9.0 of 6.9 nats  2m0s  errors: 75 errors in 1,525"));
        Assert.That(text, Does.Contain("guardrail explain deployment/stuck -n shop"));
        Assert.That(text.Split('\n'), Is.All.Matches<string>(l => l!.Length <= 160));
    }

    [Test]
    public void On_eighty_columns_the_reason_has_its_own_line_and_nothing_is_wider()
    {
        var lines = Lines(Show(80, Fixtures.Rollout("checkout-frontend", RecordedPhase.NeedsPerson, 9)));
        Assert.That(lines, Is.All.Matches<string>(l => l!.Length <= 80));
        Assert.That(lines[2], Does.StartWith("    errors: 75 errors").And.EndWith("…"));
    }

    [Test]
    public void Without_a_terminal_no_reason_is_cut_and_nothing_steers_a_terminal()
    {
        var text = Show(null, Fixtures.With(Fixtures.Rollout(), s => s with { Reason = new string('x', 900) + "\u001b[31m" }));
        Assert.That(text, Does.Contain(new string('x', 900)).And.Not.Contain("\u001b"));
    }

    [Test]
    public void What_no_daemon_looks_at_any_more_is_said_to_be_old()
    {
        static GuardedRollout Seen(string name, int seconds) =>
            Fixtures.With(Fixtures.Rollout(name), s => s with { AsOf = Fixtures.Now - TimeSpan.FromSeconds(seconds) });
        var text = Show(160, Seen("stale", 310), Seen("fresh", 12), Fixtures.With(Fixtures.RolledBack("over"), s => s with { AsOf = Fixtures.Now.AddDays(-1) }));
        Assert.That(Lines(text), Does.Contain("shop/stale is shown as it was 5m10s ago: nobody has looked at it since. Does a daemon run that guards it?"));
        Assert.That(text, Does.Not.Contain("shop/fresh is shown").And.Not.Contain("shop/over is shown"));
    }

    [Test]
    public void Plain_text_is_ascii()
    {
        var (screen, text) = Fixtures.Terminal(80, unicode: false);
        StatusText.Write(StatusReport.Of([Fixtures.With(Fixtures.Rollout(nats: 4), s => s with { Reason = "6f7d→58c9…" })], null, Fixtures.Now), null, screen);
        Assert.That(text.ToString(), Is.All.Matches<char>(char.IsAscii));
        Assert.That(text.ToString(), Does.Contain("[###...] 4.0 of 6.9"));
    }

    [Test]
    public void Of_each_workload_the_newest_rollout_is_told_and_an_ended_one_for_an_hour()
    {
        var report = StatusReport.Of(
            [
                Fixtures.Rollout("a", number: 4, ago: TimeSpan.FromHours(3)), Fixtures.Rollout("a", number: 5),
                Fixtures.RolledBack("old", ended: TimeSpan.FromMinutes(61), ago: TimeSpan.FromHours(2)),
                Fixtures.RolledBack("recent", ended: TimeSpan.FromMinutes(59), ago: TimeSpan.FromHours(2)),
            ],
            null, Fixtures.Now);
        Assert.That(report.Rollouts.Select(r => r.Metadata.Name), Is.EqualTo(new[] { "a-5-1c9a0e37b2", "recent-4-1c9a0e37b2" }));
    }

    [Test]
    public void A_contested_rollout_is_called_so_and_comes_first()
    {
        var contested = Fixtures.With(Fixtures.Rollout("fought"), s => s with
        {
            Conditions = [RecordCondition.Make(RolloutConditions.Contested, true, "WrittenBack", "58c9 was written back after a rollback by argocd.", Fixtures.Now)],
        });
        var text = Show(160, Fixtures.Rollout("stuck", RecordedPhase.NeedsPerson, 9), contested);
        Assert.That(Lines(text)[1], Does.StartWith("fought    Contested").And.Contain("written back after a rollback by argocd"));
    }

    [Test]
    public void Policies_that_are_not_ready_and_workloads_that_could_not_be_rolled_back_are_named()
    {
        var status = new PolicyStatus { ObservedGeneration = 2, Guarded = 3, RollbackReady = 2, Workloads = [new("shop/cart", "NoHistory", "shop/cart keeps no history.")] };
        PolicyResource[] policies =
        [
            new("shop", "web", "1", 2, null, null) { Status = JsonSerializer.Serialize(status, RecordJson.Options) },
            new("shop", "torn", "2", 1, null, "spec.bake is \"soon\"."),
        ];
        var (screen, text) = Fixtures.Terminal(100);
        StatusText.Write(StatusReport.Of([], policies, Fixtures.Now), "shop", screen);
        Assert.That(text.ToString(), Is.EqualTo("""
            No rollout is being watched in the namespace shop, and none ended within the last hour.

            2 policies guard 3 workloads; 2 of 3 could be rolled back now.
              shop/cart: shop/cart keeps no history.
            Not ready: policy shop/torn: spec.bake is "soon".

            """));
    }

    [Test]
    public void A_policy_that_is_limited_by_the_ceiling_is_named_and_one_that_is_not_is_not()
    {
        PolicyResource[] policies =
        [
            Policy("calm", RecordCondition.Make(RolloutConditions.Limited, false, "WithinCeiling", "Guardrail may do what the policy asks for.", Fixtures.Now)),
            Policy("web", RecordCondition.Make(RolloutConditions.Limited, true, "AutonomyCeiling", "The policy asks for Enforce, but \u001b[31mno.", Fixtures.Now)),
        ];
        var (screen, text) = Fixtures.Terminal(100);
        StatusText.Write(StatusReport.Of([], policies, Fixtures.Now), "shop", screen);

        Assert.That(Lines(text.ToString()), Does.Contain("Limited: policy shop/web: The policy asks for Enforce, but [31mno."));
        Assert.That(text.ToString(), Does.Not.Contain("calm").And.Not.Contain("\u001b"));

        static PolicyResource Policy(string name, RecordCondition condition) => new("shop", name, "1", 1, null, null)
        {
            Status = JsonSerializer.Serialize(new PolicyStatus { ObservedGeneration = 1, Conditions = [condition] }, RecordJson.Options),
        };
    }

    [Test]
    public void Data_holds_the_records_as_they_are_but_for_the_checkpoint([Values(OutputFormat.Json, OutputFormat.Yaml)] OutputFormat format)
    {
        var record = Fixtures.With(Fixtures.Rollout(kind: WorkloadKind.StatefulSet), s => s with { Checkpoint = new() { At = Fixtures.Now, Format = "f", Data = "x" } });
        var writer = new StringWriter();
        DataWriter.Write(writer, StatusReport.Of([record], null, Fixtures.Now).Data(), format);
        using var data = JsonDocument.Parse(format == OutputFormat.Json ? writer.ToString() : YamlAsJson.Convert(writer.ToString()));
        var read = data.RootElement.GetProperty("rollouts")[0].Deserialize<GuardedRollout>(RecordJson.Options)!;
        var expected = Fixtures.With(record, s => s with { Checkpoint = null });
        Assert.That(JsonSerializer.Serialize(read, RecordJson.Options), Is.EqualTo(JsonSerializer.Serialize(expected, RecordJson.Options)));
    }

    private static string Show(int? width, params GuardedRollout[] records)
    {
        var (screen, text) = Fixtures.Terminal(width);
        StatusText.Write(StatusReport.Of(records, null, Fixtures.Now), "shop", screen);
        return text.ToString();
    }

    private static string[] Lines(string text) => text.Split('\n');
}
