using System.Threading.Channels;
using Guardrail.Daemon.Guarding;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Acting;
using Guardrail.Kubernetes.Connection;
using Guardrail.Simulation.ApiServer;
using Guardrail.Testing.Cluster;
using k8s;
using Microsoft.Extensions.Logging.Abstractions;

namespace Guardrail.Daemon.Tests.Guarding;

/// <summary>
/// The process dies at every step of an action that has configuration, and another one carries the same decision out on the same cluster (the embedded API
/// server). The crash matrix without a whole daemon.
/// </summary>
[Category("Fault")]
[CancelAfter(20_000)]
internal sealed class ConfigurationCrashTests
{
    private static readonly RolloutId Rollout = new(ConfiguredShop.Checkout, ConfiguredShop.Good, ConfiguredShop.Bad, 2);

    [Test]
    public async Task A_rollback_restores_configuration_and_template_once_wherever_the_process_died([Values] ActingStep step, CancellationToken cancellationToken)
    {
        await using var shop = await ConfiguredShop.StartAsync(cancellationToken);
        using var connection = Connect(shop);
        await RunAsync(connection, Of(DecisionKind.StampKnownGood, shop.Stamp(ConfigurationScope.ConfigMaps)), null, cancellationToken);
        shop.Release();
        shop.Set("env", "LIMIT", "0");
        var decision = Of(DecisionKind.RollBack, shop.RollBack(ConfigurationScope.ConfigMaps));
        var changes = new List<string>();
        using var watch = shop.Server.Store.Subscribe(change => changes.Add($"{change.Change} {change.Type.Kind} {change.Name}"));

        Assert.That(await RunAsync(connection, decision, step, cancellationToken), Is.Null.Or.InstanceOf<ActionOutcome.Applied>());
        var outcome = await RunAsync(connection, decision, null, cancellationToken);

        Assert.That(outcome, Is.InstanceOf<ActionOutcome.Applied>().Or.InstanceOf<ActionOutcome.AlreadyDone>());
        Assert.That(outcome!.Note, Does.StartWith("restored with it: ConfigMap env"));
        Assert.That((shop.Image, shop.Value("env", "LIMIT")), Is.EqualTo(("shop/checkout:v1", "10")));
        Assert.That(changes.Count(c => c == "Modified ConfigMap env"), Is.EqualTo(1), string.Join(", ", changes));
        Assert.That(changes.Count(c => c == "Modified Deployment checkout"), Is.EqualTo(1), string.Join(", ", changes));
        Assert.That(shop.Copies("replaced")["env"].Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_stamp_never_stands_without_what_it_keeps_wherever_the_process_died([Values] ActingStep step, CancellationToken cancellationToken)
    {
        await using var shop = await ConfiguredShop.StartAsync(cancellationToken);
        using var connection = Connect(shop);
        var decision = Of(DecisionKind.StampKnownGood, shop.Stamp(ConfigurationScope.ConfigMaps));
        var whole = true;
        using var watch = shop.Server.Store.Subscribe(change => whole &= change.Type != ResourceTypes.ReplicaSets || shop.Copies("known-good").Count == 2);
        await RunAsync(connection, decision, step, cancellationToken);
        await RunAsync(connection, decision, null, cancellationToken);
        Assert.That(whole, Is.True, "copies come first, then the index, then the stamp");
        var annotations = shop.Revision(ConfiguredShop.Good)["metadata"]!["annotations"]!;
        Assert.That((string?)annotations["guardrail.dev/known-good"], Does.StartWith("5f6d@"));
        Assert.That((string?)annotations["guardrail.dev/known-good-config"], Does.Contain("ConfigMap/env=").And.Contain(",kept"));
        Assert.That(shop.Copies("known-good").Select(c => c.Count()), Is.EqualTo(new[] { 1, 1 }));
    }

    /// <summary>One process: a runner and an actuator that remember nothing of another.</summary>
    /// <returns>What became of the action; null when the process died before that was known.</returns>
    private static async Task<ActionOutcome?> RunAsync(
        KubernetesConnection connection, Decision decision, ActingStep? death, CancellationToken cancellationToken)
    {
        var messages = Channel.CreateUnbounded<GuardMessage>();
        var actuator = new KubernetesActuator(connection.Api, new ActuatorOptions { TimeProvider = TimeProvider.System, Instance = "test" });
        var runner = new ActionRunner(actuator, TimeProvider.System, NullLogger<ActionRunner>.Instance, null, [new DeathAt(death)]);
        runner.Begin(decision, messages.Writer, CancellationToken.None);
        await runner.DrainAsync().WaitAsync(cancellationToken);
        Assert.That(runner.Death.IsFaulted, Is.EqualTo(death is not null), "every step is one that the action goes through");
        return messages.Reader.TryRead(out var message) ? ((GuardMessage.Action)message).Report.Outcome : null;
    }

    private static KubernetesConnection Connect(ConfiguredShop shop) => KubernetesConnection.Create(
        new KubernetesClientConfiguration { Host = shop.Server.Address.ToString(), Username = "anyone", Password = "anything" }, "the test");

    private static Decision Of(DecisionKind kind, WorkloadAction action) => new()
    {
        Id = action.Decision,
        Rollout = Rollout,
        Uid = action.Precondition.Uid,
        At = default,
        Kind = kind,
        Verdict = new Verdict.Undecided("r"),
        Reason = "r",
        Action = action,
    };

    private sealed class DeathAt(ActingStep? at) : IDecisionListener, IActingObserver
    {
        public void Reached(ActingStep step, Decision decision)
        {
            if (step == at)
            {
                throw new InvalidOperationException("killed on purpose");
            }
        }

        public void Decided(Decision decision)
        {
        }

        public void Acted(Decision decision, ActionReport report)
        {
        }

        public void Observed(Fleet fleet, MetricReport report)
        {
        }
    }
}
