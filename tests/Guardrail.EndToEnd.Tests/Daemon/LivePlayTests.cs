using Guardrail.Cli.Simulate;
using Guardrail.Simulation.Scenarios;

namespace Guardrail.EndToEnd.Tests.Daemon;

/// <summary>The same scenario and seed in virtual time and live: an embedded cluster and the daemon, on a clock that runs five times as fast.</summary>
/// <remarks>What is expected (the verdict too, where the rollout ends) must be met by both.</remarks>
[Category("Slow")]
[Category("EndToEnd")]
[CancelAfter(120_000)]
internal sealed class LivePlayTests
{
    /// <summary>A tick, and how late a tick may be that comes by a clock: a fifth of a second, five times as fast.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(5 + 1);

    // What happens lies between ticks, so that a busy machine does not shift it to another one; and rollouts last long enough to be held.
    private static readonly (string Name, string Body)[] Scenarios =
    [
        ("bad", """
            services:
              frontend: {pods: 3, traffic: 200/s, calls: [checkout]}
              checkout: {pods: 4}
            rollouts: [{service: checkout, at: 61s, by: agent, faults: [{fault: errors, rate: 20%}]}]
            policy: {pacing: {enabled: true}}
            expect: {rollouts: [{service: checkout, verdict: Regressed, action: RollBack}], untouched: [frontend]}
            """),
        ("good", """
            services:
              frontend: {pods: 3, traffic: 200/s, calls: [checkout]}
              checkout: {pods: 4, errors: 0%, latency: none}
            rollouts: [{service: checkout, at: 31s, by: human}]
            policy: {bake: 40s, signals: [{errors: {metric: http_requests_total, outcomeLabels: [code]}}], pacing: {enabled: true, stepDuration: 10s}}
            expect: {rollouts: [{service: checkout, verdict: Healthy, action: None}], untouched: [frontend]}
            """),
        ("outage", """
            services:
              checkout: {pods: 4, traffic: 200/s, calls: [payments]}
              payments: {pods: 3}
            rollouts: [{service: checkout, at: 31s}]
            faults: [{fault: dependencyOutage, service: payments, at: 61s, for: 15s, share: 60%}]
            policy: {pacing: {enabled: true}}
            expect: {rollouts: [{service: checkout, action: None}], untouched: [payments]}
            """),
        ("config", """
            services:
              checkout: {pods: 4, traffic: 200/s}
            rollouts: [{service: checkout, at: 61s}]
            faults: [{fault: configCorrupted, service: checkout, at: 30s, rate: 30%}]
            policy: {pacing: {enabled: true}}
            expect: {rollouts: [{service: checkout, verdict: Regressed, action: RollBack}]}
            """),
    ];

    [Test]
    [NonParallelizable]
    public async Task Live_and_virtual_time_give_the_same_decisions_within_a_tick(CancellationToken cancellationToken)
    {
        var outcomes = await Task.WhenAll(Scenarios.Select(s => LiveRun.PlayAsync(Read(s.Name, s.Body), new() { Speed = 5 }, cancellationToken)));

        Assert.Multiple(() =>
        {
            foreach (var live in outcomes.Select(o => o.Result))
            {
                AssertSame(live, ScenarioPlayer.Play(live.Scenario, live.Seed));
            }
        });
    }

    private static void AssertSame(ScenarioResult live, ScenarioResult played)
    {
        var name = live.Scenario.Name;
        Assert.That(live.Checks.Concat(played.Checks).Where(c => !c.IsMet), Is.Empty, name);
        Assert.That(
            live.Guarded.Rollouts.Select(r => (r.Service, r.From, r.To, r.Action)),
            Is.EqualTo(played.Guarded.Rollouts.Select(r => (r.Service, r.From, r.To, r.Action))), name);
        foreach (var (one, other) in live.Guarded.Rollouts.Zip(played.Guarded.Rollouts))
        {
            Within(one.BegunAt, other.BegunAt, $"{name}: begun");
            Within(one.HeldAt, other.HeldAt, $"{name}: held");
            Within(one.RolledBackAt, other.RolledBackAt, $"{name}: rolled back");
            Within(one.PagedAt, other.PagedAt, $"{name}: paged");
        }
    }

    private static void Within(TimeSpan? live, TimeSpan? played, string what)
    {
        Assert.That(live is null, Is.EqualTo(played is null), $"{what}: {live} live, {played} in virtual time");
        if (live is { } at)
        {
            Assert.That(at, Is.EqualTo(played!.Value).Within(Tick), what);
        }
    }

    private static Scenario Read(string name, string body) => ScenarioFile.Load(
        new StringReader($"apiVersion: guardrail.dev/v1alpha1\nkind: Scenario\nname: {name}\nduration: 2m\n{body}\n"), name);
}
