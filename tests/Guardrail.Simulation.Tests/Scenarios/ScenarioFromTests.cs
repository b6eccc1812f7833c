using Guardrail.Simulation.Scenarios;

namespace Guardrail.Simulation.Tests.Scenarios;

public sealed class ScenarioFromTests
{
    [Test]
    public void What_is_left_of_a_scenario_goes_on_as_it_would_have()
    {
        var whole = Samples.Read("""
            duration: 30m
            services:
              shop: {traffic: {rate: 100/s, swing: 40%, surges: [{at: 3m, for: 4m, factor: 3}, {at: 20m, for: 1m, factor: 2}, {at: 1m, for: 1m, factor: 9}]}, calls: [api]}
              api: {}
            rollouts: [{service: api, at: 2m}, {service: api, at: 10m, faults: [{fault: errors, rate: 5%}]}]
            faults:
              - {fault: dependencyOutage, service: api, at: 12m, for: 2m, share: 50%}
              - {fault: dependencyOutage, service: api, at: 4m, for: 2m, share: 50%}
              - {fault: metricsLost, at: 1m, for: 1m}
              - {fault: gitOpsFight, service: api, at: 0s, after: 30s, manager: argo}
            """);
        var begin = TimeSpan.FromMinutes(5);
        var rest = whole.From(begin);
        Assert.Multiple(() =>
        {
            Assert.That(rest.Duration, Is.EqualTo(TimeSpan.FromMinutes(25)));
            Assert.That(rest.Rollouts.Select(r => r.At), Is.EqualTo(new[] { TimeSpan.FromMinutes(5) }));
            Assert.That(rest.Events.Select(e => (e.GetType().Name, e.At, e.For)), Is.EquivalentTo(new (string, TimeSpan, TimeSpan?)[]
            {
                ("ServiceFault", TimeSpan.FromMinutes(7), TimeSpan.FromMinutes(2)),
                ("ServiceFault", TimeSpan.Zero, TimeSpan.FromMinutes(1)),
                ("GitOpsFight", TimeSpan.Zero, null),
            }));
            Assert.That(rest.Service("api")!.Profile.SharedFaults.Select(f => (f.Onset, f.Duration)), Is.EquivalentTo(new (TimeSpan, TimeSpan?)[]
            {
                (TimeSpan.FromMinutes(7), TimeSpan.FromMinutes(2)), (TimeSpan.Zero, TimeSpan.FromMinutes(1)),
            }));
            for (var minute = 0; minute < 25; minute++)
            {
                var (from, to) = (TimeSpan.FromMinutes(minute), TimeSpan.FromMinutes(minute + 1));
                Assert.That(
                    rest.Service("shop")!.Profile.Arrivals.MeanRequests(from, to),
                    Is.EqualTo(whole.Service("shop")!.Profile.Arrivals.MeanRequests(begin + from, begin + to)).Within(1e-6));
            }
        });
    }
}
