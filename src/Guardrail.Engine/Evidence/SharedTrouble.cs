using Guardrail.Engine.Detectors;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Evidence;

/// <summary>
/// The old revision's pods are in trouble since the new one serves beside them, and nobody else was before: the new revision may have damaged what
/// both use, a database for instance. No comparison of the two can show that, and nothing proves it, so it is for a person to judge.
/// </summary>
/// <param name="Signal">The signal that shows it.</param>
/// <param name="Events">Bad events of the old revision's pods since it began.</param>
/// <param name="Requests">Their requests since.</param>
/// <param name="UsualRate">Share of bad events before.</param>
public sealed record SharedTrouble(SignalId Signal, long Events, long Requests, double UsualRate)
{
    /// <summary>The trouble there is; null when there is none, or it has another cause.</summary>
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
                && onset.Until > serving
                && peers.TroubleBefore(onset.From, own, policy, null) is null)
            {
                return new(signals[i].Id, felt.Events, felt.Requests, felt.UsualRate);
            }
        }

        return null;
    }
}
