using System.Collections.Immutable;
using Guardrail.Engine.Detectors;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Guarding;

/// <summary>Evidence of a rollout under way that was lost because its policy changed.</summary>
/// <param name="Rollout">The rollout.</param>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Signals">The signals that are defined otherwise now, or no longer named.</param>
public sealed record LostEvidence(RolloutId Rollout, string Policy, ImmutableArray<SignalId> Signals);

/// <summary>What of the evidence can stay when a policy changes.</summary>
internal static class SignalChange
{
    /// <summary>Signals of the old policy that the new one defines otherwise or does not name. A weight counts from the next rollout on.</summary>
    public static ImmutableArray<SignalId> Between(GuardPolicy old, GuardPolicy next) =>
    [
        .. old.Signals.Where(signal => next.Signals.FirstOrDefault(s => s.Id == signal.Id) is not { } named || signal with { Weight = named.Weight } != named)
            .Select(signal => signal.Id),
    ];

    /// <summary>The snapshot without what these signals have counted.</summary>
    public static GuardSnapshot Without(ImmutableArray<SignalId> altered, GuardSnapshot snapshot)
    {
        if (altered.IsEmpty)
        {
            return snapshot;
        }

        var rollout = snapshot.Rollout is { Evidence: { } evidence } state
            ? state with
            {
                Evidence = evidence with
                {
                    Detectors = [.. evidence.Detectors.Where(d => d.Kind == DetectorKind.Impact || !altered.Contains(d.Signal))],
                },
            }
            : snapshot.Rollout;
        return snapshot with { Rollout = rollout, Signals = [.. snapshot.Signals.Where(s => !altered.Contains(s.Signal))] };
    }
}
