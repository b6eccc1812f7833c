using Guardrail.Simulation.Peers;
using Guardrail.Simulation.Scenarios;
using Guardrail.Simulation.Scenarios.Reports;

namespace Guardrail.Simulation.Tests.Scenarios.Reports;

public sealed class PeerPlaysTests
{
    [Test]
    public void A_fifth_of_all_requests_failing_is_found_by_rules_at_their_cadence()
    {
        var run = Sample.Run(["shop"], 720, isGuarded: false);
        var plays = PeerPlays.Of(run, run.Rollouts[0]).ToDictionary(p => p.Rule.Split(' ', ',')[0] + (p.Rule.Contains("strict", StringComparison.Ordinal) ? "!" : ""));

        // The new revision serves from 60 s on: the strict rule looks a minute later, Flagger's third reconcile acts on the first failed check.
        Assert.That(plays["Argo!"].At, Is.EqualTo(Sample.Begun + TimeSpan.FromMinutes(1)));
        Assert.That(plays["Flagger"].At, Is.EqualTo(Sample.Begun + TimeSpan.FromMinutes(2)));
        Assert.That(plays["CloudWatch"].At, Is.EqualTo(Sample.Begun + TimeSpan.FromMinutes(3)));
        Assert.That(plays["Kayenta"].At, Is.EqualTo(Sample.Begun + TimeSpan.FromMinutes(5)));
        Assert.That(plays.Values.Select(p => p.Decision), Is.All.EqualTo(PeerDecision.RollBack));
    }

    [Test]
    public void A_rule_looks_no_longer_than_until_the_next_rollout()
    {
        var run = Sample.Run(["shop"], 720, isGuarded: false);
        var next = run with { Rollouts = run.Rollouts.Add(run.Rollouts[0] with { To = "v3", BegunAt = Sample.Begun + TimeSpan.FromSeconds(100) }) };

        Assert.That(PeerPlays.Of(next, next.Rollouts[0]).Count(p => p.At is not null), Is.EqualTo(1));
    }

    [Test]
    public void A_rule_is_not_fed_what_could_not_be_read()
    {
        var run = Sample.Run(["shop"], 40, isGuarded: false);
        var blind = run with { Services = [new("shop", [.. run.Services[0].Ticks.Select(t => t with { IsBlind = true })])] };

        Assert.That(PeerPlays.Of(blind, blind.Rollouts[0]).Single(p => p.Rule.StartsWith("CloudWatch", StringComparison.Ordinal)).At, Is.Null);
    }
}
