using System.Globalization;
using Guardrail.EndToEnd.Tests.Harness;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Cluster;
using Guardrail.Simulation.Traffic.Faults;

namespace Guardrail.EndToEnd.Tests.Daemon;

/// <summary>Ten hours, two hundred rollouts, two daemons, and a lead that is taken from one or the other every few minutes.</summary>
[Category("EndToEnd")]
[Category("Slow")]
[Category("Fault")]
[NonParallelizable]
[CancelAfter(300_000)]
internal sealed class FlappingLeadersTests
{
    private static readonly string[] Services = ["checkout", "pricing"];
    private static readonly RevisionBehaviour Broken = RevisionBehaviour.Of(new Fault.ErrorRate(0.4));

    /// <summary>Ways to take the lead, and which of them is the one that only the fence withstands.</summary>
    private const int Ways = 6;
    private const int Starved = 5;

    /// <summary>Step of the clock while nothing is done to anybody.</summary>
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(5);

    private readonly Random chance = new(7);

    [Test]
    public async Task Never_two_of_them_act_and_every_bad_rollout_is_taken_back(CancellationToken cancellationToken)
    {
        await using var pair = await FlappingPair.StartAsync(
            new EmbeddedClusterOptions
            {
                Seed = 3,
                WritesEvents = false,
                TrafficStep = Calm,
                Services = [.. Services.Select(name => new ServiceOptions { Namespace = "shop", Name = name, Replicas = 3, RequestsPerSecond = 40 })],
            },
            Policy);
        await pair.PassAsync(TimeSpan.FromMinutes(2));

        for (var rollout = 1; rollout <= 200; rollout++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var name = Services[rollout % 2];
            var bad = rollout % 3 == 0;
            pair.Cluster.Deploy(
                "shop", name, string.Create(CultureInfo.InvariantCulture, $"shop/{name}:{rollout}{(bad ? "-bad" : "")}"), bad ? Broken : RevisionBehaviour.Healthy);
            await pair.PassAsync(TimeSpan.FromSeconds(chance.Next(5, 60)));
            using (Flap(pair, rollout))
            {
                await pair.PassAsync(TimeSpan.FromSeconds(30));
                if (rollout % Ways == Starved)
                {
                    // Another leads by now, and the one that did sees something that is to be held at once.
                    pair.Cluster.Deploy("shop", Services[(rollout + 1) % 2], string.Create(CultureInfo.InvariantCulture, $"shop/late:{rollout}"));
                    await pair.PassAsync(TimeSpan.FromSeconds(15));
                }
            }

            await pair.PassAsync(TimeSpan.FromSeconds(120), Calm);
        }

        // What the last flaps left half done is brought to an end.
        await pair.PassAsync(TimeSpan.FromMinutes(10));
        await TestContext.Out.WriteLineAsync(
            $"{pair.Time.GetUtcNow() - pair.Time.Start:g} simulated; {pair.Writes.Count} writes by daemons "
            + $"({pair.Writes.Count(w => w.User == "a")} by a, {pair.Writes.Count(w => w.User == "b")} by b), {pair.Handovers} handovers, "
            + $"ends {string.Join(" ", pair.Ends.GroupBy(e => e).Select(g => $"{g.Key}: {g.Count()}"))}");

        Assert.That(pair.Violations, Is.Empty);
        Assert.That(pair.Handovers, Is.GreaterThan(60));
        Assert.That(pair.Ends, Has.Some.EqualTo(0).And.Some.EqualTo(4), "some gave the lease back, some lost it");
        Assert.That(pair.Writes.Select(w => w.User).Distinct(), Is.EquivalentTo(new[] { "a", "b" }));
        Assert.That(pair.Writes, Has.Count.GreaterThan(200));
        await pair.WriteAsAsync(pair.Leader == "a" ? "b" : "a", "checkout");
        Assert.That(pair.Violations, Has.Count.EqualTo(1), "a write by the other would have been seen");
        foreach (var name in Services)
        {
            var spec = pair.Cluster.Store.Get(ResourceTypes.Deployments, "shop", name)["spec"]!;
            Assert.That((bool?)spec["paused"] ?? false, Is.False, $"{name} is not left paused");
            Assert.That((string?)spec["template"]!["spec"]!["containers"]![0]!["image"], Does.Not.EndWith("-bad"), $"{name} is not left on a bad revision");
        }
    }

    /// <summary>Takes the lead from whoever has it, by one of several ways, in the middle of what it does.</summary>
    private IDisposable? Flap(FlappingPair pair, int turn)
    {
        if (pair.Leader is not { } leader)
        {
            return null;
        }

        var faults = pair.Cluster.Api.Faults;
        switch (turn % Ways)
        {
            case Starved:
                return pair.Starve(leader);
            case 0:
                pair.Stop(leader);
                return null;
            case 1:
                return faults.Inject(call => call.User == leader && call.Resource == "leases", new ApiFault.ResetBefore());
            case 2:
                return faults.Inject(call => call.User == leader, new ApiFault.Answer(503, "ServiceUnavailable", "partitioned"));
            case 3:
                // It can write, but slowly, and cannot renew: its last writes must not take effect after its end.
                return new Both(
                    faults.Inject(call => call.User == leader && call.Resource == "leases", new ApiFault.Latency(TimeSpan.FromMinutes(5))),
                    faults.Inject(call => call.User == leader && call.IsWrite && call.Resource != "leases", new ApiFault.Latency(TimeSpan.FromSeconds(9.5))));
            default:
                // The answer is lost, not the write.
                return faults.Inject(call => call.User == leader && call.IsWrite, new ApiFault.ResetAfter(), times: chance.Next(1, 6));
        }
    }

    private const string Policy = """
        apiVersion: guardrail.dev/v1alpha1
        kind: GuardrailPolicy
        metadata:
          name: test
          namespace: shop
        spec:
          signals:
            - preset: http
          tick: 10s
          bake: 90s
          autonomy: Enforce
          pacing:
            enabled: true
            stepDuration: 30s
        """;

    private sealed class Both(IDisposable one, IDisposable other) : IDisposable
    {
        public void Dispose()
        {
            one.Dispose();
            other.Dispose();
        }
    }
}
