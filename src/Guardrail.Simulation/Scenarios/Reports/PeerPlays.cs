using System.Collections.Immutable;
using Guardrail.Simulation.Peers;
using Guardrail.Simulation.Peers.Argo;
using Guardrail.Simulation.Peers.CloudWatch;
using Guardrail.Simulation.Peers.Flagger;
using Guardrail.Simulation.Peers.Kayenta;
using Guardrail.Simulation.Scenarios.Play;
using PeerArm = Guardrail.Simulation.Peers.ArmTick;

namespace Guardrail.Simulation.Scenarios.Reports;

/// <summary>What another tool's rule says of a rollout.</summary>
/// <param name="Rule">Name of the rule.</param>
/// <param name="Decision">What it decides.</param>
/// <param name="At">When; null when it never decides.</param>
internal sealed record PeerPlay(string Rule, PeerDecision Decision, TimeSpan? At);

/// <summary>Feeds other tools' rules, at their defaults, the counts of a run in which nobody takes anything back.</summary>
internal static class PeerPlays
{
    /// <summary>How long a rule looks at a rollout.</summary>
    public static TimeSpan Longest => PlayTime.Young;

    /// <summary>What each rule says of a rollout.</summary>
    /// <param name="unguarded">The run without Guardrail, with its ticks.</param>
    /// <param name="rollout">A rollout of it.</param>
    public static ImmutableArray<PeerPlay> Of(ScenarioRun unguarded, PlayedRollout rollout)
    {
        var until = RolloutSpan.Next(unguarded, rollout) ?? TimeSpan.MaxValue;
        var ticks = unguarded.Services.FirstOrDefault(s => s.Service == rollout.Service)?.Ticks ?? [];
        return [.. Rules().Select(rule => Play(rule, ticks, rollout.BegunAt, until, unguarded.LatencyEdges.AsSpan()))];
    }

    private static PeerPlay Play(IPeerRule rule, ImmutableArray<ServiceTick> ticks, TimeSpan begun, TimeSpan until, ReadOnlySpan<double> edges)
    {
        TimeSpan? start = null;
        var before = TimeSpan.Zero;
        foreach (var tick in ticks)
        {
            var from = before;
            before = tick.At;
            if (tick.At <= begun || tick.Canary is not { } canary || (start is null && canary.Pods == 0))
            {
                continue;
            }

            // The clock of an analysis starts when the first new pod serves.
            start ??= from;
            if (tick.At > until || tick.At - start > Longest)
            {
                break;
            }

            var length = (tick.At - from).TotalSeconds;
            var peer = new PeerTick((tick.At - start.Value).TotalSeconds, length, Arm(tick, tick.Control), Arm(tick, canary), canary.Slower.IsEmpty ? [] : edges);
            var decision = rule.Observe(peer);
            if (decision != PeerDecision.Undecided)
            {
                return new(rule.Name, decision, tick.At);
            }
        }

        return new(rule.Name, PeerDecision.Undecided, null);
    }

    private static PeerArm Arm(ServiceTick tick, ArmTick arm) => tick.IsBlind ? default : new(arm.Pods, arm.Requests, arm.Errors, arm.Slower.AsSpan());

    private static IEnumerable<IPeerRule> Rules() =>
        [new ArgoRule(ArgoOptions.Documented), new ArgoRule(ArgoOptions.Strict), new FlaggerRule(new()), new CloudWatchRule(new()), new KayentaRule(new())];
}
