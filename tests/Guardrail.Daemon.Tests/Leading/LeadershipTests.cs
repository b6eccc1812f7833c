using Guardrail.Daemon.Health;
using Guardrail.Daemon.Leading;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Leases;
using Guardrail.Simulation.ApiServer;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Daemon.Tests.Leading;

[CancelAfter(30_000)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LeadershipTests
{
    private readonly Leadership leadership = new();

    [Test]
    public void Without_election_it_acts_and_says_nothing_of_leadership()
    {
        var readiness = new Readiness(new FakeTimeProvider(), leadership);
        Assert.That((leadership.IsLeader, leadership.MayAct), Is.EqualTo((true, true)));
        Assert.That(readiness.Parts.Select(p => p.Name), Is.EqualTo(new[] { "kubernetes", "metrics" }));
    }

    [Test]
    public void Standing_by_is_ready_and_says_for_whom()
    {
        var readiness = new Readiness(new FakeTimeProvider(), leadership);
        leadership.Stand();
        Assert.That(readiness.Parts.Single().Problem, Is.EqualTo("the lease has not been looked at yet"));

        leadership.Move(new LeadershipState.StandingBy("pod-a_1"));
        Assert.That((readiness.Parts.Single().Problem, readiness.Parts.Single().Remark), Is.EqualTo(((string?)null, "standing by; the leader is pod-a_1")));
        Assert.That((leadership.IsLeader, leadership.MayAct), Is.EqualTo((false, false)));
    }

    [Test]
    public async Task Who_does_not_lead_changes_nothing()
    {
        var inner = new CountingActuator();
        leadership.Move(new LeadershipState.StandingBy("another"));
        var fenced = new FencedActuator(inner, leadership);
        Assert.That(await fenced.ApplyAsync(Hold, CancellationToken.None), Is.InstanceOf<ActionOutcome.Failed>());
        await fenced.AnnounceAsync(new(Hold.Workload, "uid", "RolloutHeld", false, "held", null), CancellationToken.None);
        Assert.That(inner.Calls, Is.Zero);
    }

    [Test]
    [Category("Fault")]
    public async Task A_write_under_way_ends_when_the_lease_is_lost(CancellationToken cancellationToken)
    {
        var time = new FakeTimeProvider();
        await using var server = await EmbeddedApiServer.StartAsync(new ObjectStore(time, new Random(1)), cancellationToken: cancellationToken);
        using var connection = KubernetesConnection.Create(new k8s.KubernetesClientConfiguration { Host = server.Address.ToString() }, "the test");
        var elector = new LeaseElector(
            connection.Api, new LeaseElectorOptions { Lease = new("default", "guardrail"), Identity = "me", TimeProvider = time });
        await using var lease = await elector.AcquireAsync(cancellationToken);
        leadership.Lead(lease, "me");
        var inner = new CountingActuator { Hangs = true };
        var writing = new FencedActuator(inner, leadership).ApplyAsync(Hold, cancellationToken).AsTask();
        Assert.That(inner.Calls, Is.EqualTo(1), "the leader may act");

        using var outage = server.Faults.Inject(_ => true, new ApiFault.ResetBefore());
        while (!writing.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(0.5));
            await Task.WhenAny(writing, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancellationToken));
        }

        Assert.That(await writing, Is.InstanceOf<ActionOutcome.Failed>().With.Property("Reason").Contains("the lease was lost"));
        Assert.That(leadership.MayAct, Is.False);
    }

    private static WorkloadAction Hold { get; } = new WorkloadAction.Hold
    {
        Decision = new("hold-1"),
        Workload = new("shop", WorkloadKind.Deployment, "checkout"),
        Precondition = new("uid", 1, null),
        Reason = "to compare",
    };

    private sealed class CountingActuator : IActuator
    {
        public bool Hangs { get; init; }

        public int Calls { get; private set; }

        public async ValueTask<ActionOutcome> ApplyAsync(WorkloadAction action, CancellationToken cancellationToken)
        {
            Calls++;
            if (Hangs)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            }

            return new ActionOutcome.Applied();
        }

        public ValueTask AnnounceAsync(Announcement announcement, CancellationToken cancellationToken)
        {
            Calls++;
            return ValueTask.CompletedTask;
        }
    }
}
