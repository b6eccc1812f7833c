using Guardrail.Simulation.Scenarios;

namespace Guardrail.Simulation.Tests.Scenarios;

public sealed class ScenarioCutTests
{
    private const string Body = """
        duration: 30m
        services: {web: {traffic: 10/s, copies: 2}, api: {traffic: 10/s}}
        rollouts: [{service: api, at: 5m}, {service: web, at: 10m, every: 10m}, {service: api, at: 25m}]
        faults: [{fault: metricsLost, at: 12m, for: 1m}, {fault: metricsLost, at: 28m, for: 1m}]
        expect:
          rollouts: [{service: api, number: 1, action: None}, {service: api, number: 2, action: None}, {service: web, action: None}]
        """;

    [Test]
    public void What_comes_later_is_left_out_and_so_is_what_is_expected_of_it()
    {
        var cut = Samples.Read(Body).Until(TimeSpan.FromMinutes(15));
        Assert.Multiple(() =>
        {
            Assert.That(cut.Duration, Is.EqualTo(TimeSpan.FromMinutes(15)));
            Assert.That(cut.Rollouts.Select(r => r.Service), Is.EqualTo(new[] { "api", "web-1" }));
            Assert.That(cut.Events, Has.Length.EqualTo(1));
            Assert.That(cut.Expect.Rollouts.Select(e => (e.Service, e.Number)), Is.EqualTo(new (string, int?)[] { ("api", 1), ("web", null) }));
            Assert.That(ScenarioPlayer.Play(cut, 1).IsMet, Is.True);
        });
    }

    [Test]
    public void A_shorter_scenario_stays_as_it_is()
    {
        var scenario = Samples.Read(Body);
        Assert.That(scenario.Until(TimeSpan.FromHours(1)), Is.SameAs(scenario));
    }
}
