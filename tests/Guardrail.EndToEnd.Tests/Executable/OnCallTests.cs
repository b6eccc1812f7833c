using System.Text.Json;
using Guardrail.EndToEnd.Tests.Harness;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Rollouts;
using Guardrail.Kubernetes.Records;

namespace Guardrail.EndToEnd.Tests.Executable;

/// <summary>The commands for whoever is on call, as they are typed, beside a daemon that guards the embedded cluster.</summary>
[Category("EndToEnd")]
[Category("Slow")]
[CancelAfter(120_000)]
internal sealed class OnCallTests
{
    /// <summary>So that a rollout is not over before it can be held, on a busy machine too.</summary>
    private const double SlowPods = 5;

    [Test]
    public async Task A_bad_rollout_is_seen_explained_and_released(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken, readyAfterSeconds: SlowPods);
        using var records = await RolloutRecords.InstallAsync(shop, cancellationToken);
        await using var daemon = await StartAsync(shop, PolicyText.For(TestShop.Space, bakeSeconds: 60, stepSeconds: 30), cancellationToken);
        shop.Deploy(TestShop.Bad);
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.Hold, cancellationToken);
        await records.UntilAsync(shop, s => s.Checkpoint is not null, "a checkpoint", cancellationToken);
        await Succeeds(shop, "explain checkout", cancellationToken);
        var record = await records.UntilAsync(shop, s => s.Outcome == RolloutOutcome.RolledBack, "the end in the record", cancellationToken);

        var status = await Succeeds(shop, "status", cancellationToken);
        Assert.That(status, Does.Match("(?m)^checkout +RolledBack +Regressed +█{6} "));
        Assert.That(status, Does.Contain("explain deployment/checkout -n shop"));

        var errors = record.Status!.Signals.Single(s => s is { Name: "errors", Kind: Engine.Detectors.DetectorKind.Comparison });
        var story = await Succeeds(shop, "explain deployment/checkout", cancellationToken, columns: 160);
        Assert.That(story, Does.Contain(FormattableString.Invariant($"new {record.Spec.To}: {Quantity.Of(errors.Canary.Events, "errors")} in {Quantity.Of(errors.Canary.Total, "requests")}")));
        Assert.That(story, Does.Contain(FormattableString.Invariant($"old {record.Spec.From}: {Quantity.Of(errors.Control.Events, "errors")} in {Quantity.Of(errors.Control.Total, "requests")}")));
        Assert.That(story, Does.Match("ROLL BACK +.*errors").And.Match($"write rollback +to {record.Spec.From}: done"));

        using var data = JsonDocument.Parse(await Succeeds(shop, $"explain {record.Metadata.Name} -o json", cancellationToken));
        var read = data.RootElement.GetProperty("rollout").Deserialize<GuardedRollout>(RecordJson.Options)!;
        Assert.That(read.Status!.Evidence, Is.EqualTo(record.Status.Evidence));
        Assert.That(await Succeeds(shop, "history deploy/checkout --since 1h --outcome RolledBack", cancellationToken), Does.Contain($"{record.Spec.From} → {record.Spec.To}"));

        var released = await Succeeds(shop, "release checkout --reason mended --by alice", cancellationToken);
        Assert.That(released, Is.EqualTo($"shop/checkout: {record.Spec.To} is released and may be rolled out again."));
        Assert.That(shop.History.States[^1].Quarantined, Is.Null);

        var (code, output, error) = await RunAsync(shop, "hold checkout", cancellationToken);
        Assert.That((code, output), Is.EqualTo((1, "")));
        Assert.That(error, Does.EndWith("guardrail: hold of shop/checkout was refused: Nothing was done: the rollout is over (RolledBack)."));
    }

    [Test]
    public async Task A_hold_is_carried_out_and_answered_and_so_is_a_resume(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken, readyAfterSeconds: SlowPods);
        using var records = await RolloutRecords.InstallAsync(shop, cancellationToken);
        await using var daemon = await StartAsync(shop, PolicyText.For(TestShop.Space, bakeSeconds: 60, stepSeconds: 60), cancellationToken);
        shop.Deploy(TestShop.Good);
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.Hold, cancellationToken);

        using var held = JsonDocument.Parse(await Succeeds(shop, "hold deploy/checkout --reason INC-7 --by alice -o json", cancellationToken));
        Assert.That(held.RootElement.GetProperty("state").GetString(), Is.EqualTo("Done"));
        Assert.That(shop.History.States[^1], Has.Property("Paused").True.And.Property("PausedBy").Null, "as a person's pause");
        var request = (await records.ListAsync(cancellationToken)).Single().Spec.Request!;
        Assert.That((request.By, request.Reason, request.Action), Is.EqualTo(("alice", "INC-7", RequestedAction.Hold)));

        Assert.That(await Succeeds(shop, "resume checkout", cancellationToken), Is.EqualTo("shop/checkout: Resumed; it is not held again."));
        Assert.That(shop.History.States[^1].Paused, Is.False);
        Assert.That((await records.ListAsync(cancellationToken)).Single().Spec.Request!.Reason, Is.Null, "the earlier request's reason is gone");
        await records.UntilAsync(shop, s => s.Phase == RecordedPhase.Comparing, "the resume in the record, which is written at most every 12 s", cancellationToken);
        Assert.That(await Succeeds(shop, "status", cancellationToken, columns: 160), Does.Match("(?m)^checkout +Comparing "));
        await Succeeds(shop, "explain checkout", cancellationToken, columns: 160);

        await daemon.StopAsync(cancellationToken);
        var (code, _, error) = await RunAsync(shop, "hold checkout --timeout 1s", cancellationToken);
        Assert.That(code, Is.EqualTo(5));
        Assert.That(error, Does.Contain("guardrail: No daemon answered within 1 s: the request stands").And.Contain("kubectl patch guardedrollouts"));
    }

    [Test]
    public async Task Without_the_definitions_and_for_an_unknown_rollout_it_says_what_to_do(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        var (code, output, error) = await RunAsync(shop, "status", cancellationToken);
        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(error, Does.Contain("does not know GuardedRollout objects").And.Contain("kubectl apply -f charts/guardrail/crds/").And.Not.Contain("\n"));

        using var records = await RolloutRecords.InstallAsync(shop, cancellationToken);
        Assert.That(await Succeeds(shop, "status", cancellationToken), Is.EqualTo("No rollout is being watched in the namespace shop, and none ended within the last hour."));
        (code, output, error) = await RunAsync(shop, "explain sts/db", cancellationToken);
        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(error, Does.StartWith("guardrail: There is no record of a rollout of statefulset/db in the namespace shop;").And.Not.Contain("\n"));
    }

    [Test]
    public async Task A_policy_is_checked_against_the_cluster(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        var policy = shop.Write("policy.yaml", PolicyText.For(TestShop.Space));
        var (code, output, error) = await GuardrailProcess.RunAsync(cancellationToken, "policy", "check", policy, "--kubeconfig", shop.Kubeconfig);
        await TestContext.Out.WriteLineAsync(output);
        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(output, Does.Match("(?m)^shop/checkout +test +").And.Contain("1 would be guarded on").And.Contain("at 1 %"));
        Assert.That(shop.WritesOverTheApi, Is.Zero);
    }

    private static async Task<GuardedDaemon> StartAsync(TestShop shop, string policy, CancellationToken cancellationToken)
    {
        var daemon = await GuardedDaemon.StartRecordingAsync(shop, policy, cancellationToken);
        await daemon.Decisions.UntilToldAsync(6, cancellationToken);
        return daemon;
    }

    private static async Task<string> Succeeds(TestShop shop, string command, CancellationToken cancellationToken, int columns = 80)
    {
        var (code, output, error) = await RunAsync(shop, command, cancellationToken, columns);
        Assert.That(code, Is.Zero, error);
        return output;
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(
        TestShop shop, string command, CancellationToken cancellationToken, int columns = 80)
    {
        var columnsOf = new Dictionary<string, string?> { ["COLUMNS"] = FormattableString.Invariant($"{columns}") };
        await using var process = GuardrailProcess.Start(columnsOf, [.. command.Split(' '), "-n", TestShop.Space, "--kubeconfig", shop.Kubeconfig]);
        var code = await process.WaitAsync(cancellationToken);
        await TestContext.Out.WriteLineAsync($"$ guardrail {command}   # {columns} columns, exit code {code}\n{process}\n");
        return (code, string.Join('\n', process.Output), string.Join('\n', process.Errors));
    }
}
