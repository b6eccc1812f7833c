using Guardrail.Engine.Safety;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Daemon.Guarding;

/// <summary>The rollbacks that a record tells of, for the limits that hold over many rollouts and outlive a process.</summary>
internal static class RecordedRollbacks
{
    /// <summary>Those that Guardrail decided and carried out, or may have: an intent whose outcome is not known counts.</summary>
    public static IEnumerable<RollbackEntry> Of(GuardedRollout record)
    {
        var workload = record.Spec.RolloutOf(record.Metadata.Namespace).Workload;
        return (record.Status?.Intents ?? []).Where(Counts).Select(intent => new RollbackEntry(
            intent.At, workload, intent.Uid, new(intent.Decision), $"{record.Metadata.Namespace}/{record.Spec.Policy}", record.Spec.MadeBy));
    }

    private static bool Counts(Intent intent) => intent.Action == IntendedAction.RollBack
        && !RequestPatch.IsRequest(intent.Decision)
        && intent.Outcome?.State is not (IntentState.LostRace or IntentState.Impossible or IntentState.Abandoned);
}
