using Guardrail.Engine.Detectors;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Evidence;

/// <summary>
/// The old revision's pods are in trouble since the new one serves beside them: the new revision may have damaged what both use, a database for
/// instance, or what both use has failed by itself. No comparison of the two can tell, and nothing proves it, so it is for a person to judge.
/// </summary>
/// <param name="Signal">The signal that shows it.</param>
/// <param name="Events">Bad events of the old revision's pods since it began.</param>
/// <param name="Requests">Their requests since.</param>
/// <param name="UsualRate">Share of bad events before.</param>
/// <param name="Elsewhere">Another workload that was in trouble first or at the same time; null when none was.</param>
public sealed record SharedTrouble(SignalId Signal, long Events, long Requests, double UsualRate, WorkloadId? Elsewhere = null)
{
    /// <summary>The trouble there is; null when there is none.</summary>
    internal static SharedTrouble? Find(IPeers peers, IPodArms arms, WorkloadId own, GuardPolicy policy, DateTimeOffset serving)
    {
        if (arms.ControlIsGone)
        {
            return null;
        }

        var signals = policy.Signals;
        for (var i = 0; i < signals.Count; i++)
        {
            // Latency follows the load all day: only errors are worth a call.
            if (signals[i] is SignalDefinition.ErrorRate && peers.TrackOf(new(own, signals[i].Id)) is { Disturbance: { IsCertain: true, Onset: { } onset } felt }
                && onset.Until > serving)
            {
                return new(signals[i].Id, felt.Events, felt.Requests, felt.UsualRate, peers.TroubleBefore(onset.From, own, policy, null));
            }
        }

        return null;
    }
}
