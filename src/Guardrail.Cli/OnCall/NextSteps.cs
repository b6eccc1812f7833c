using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Cli.OnCall;

/// <summary>Commands that make sense for a rollout as it stands.</summary>
internal static class NextSteps
{
    /// <summary>The commands, and what each does.</summary>
    public static IEnumerable<(string Command, string Effect)> For(GuardedRollout record)
    {
        var name = $"{record.Metadata.Name} -n {record.Metadata.Namespace}";
        var (status, phase) = (record.Status, record.Status?.Phase);
        var quarantined = record.Is(RolloutConditions.Quarantined) && (status?.Outcome is not null || RecordFacts.IsContested(record));
        if (quarantined)
        {
            yield return ($"{InvokedAs.Current} release {name} --reason WHY", $"lets {record.Spec.To} be rolled out again");
        }

        if (status?.Outcome is not null)
        {
            yield break;
        }

        if (phase == RecordedPhase.RollingBack && RequestPatch.HasVetoWindow(record))
        {
            yield return ($"{InvokedAs.Current} veto {name}", "stops a rollback that waits for its veto window");
        }

        if (record.Spec.Workload.Kind != WorkloadKind.DaemonSet)
        {
            var paused = RecordFacts.IsPaused(record);
            if (paused && phase != RecordedPhase.RollingBack)
            {
                yield return ($"{InvokedAs.Current} resume {name}", "lets it go on; it is not held again");
            }

            if (paused && !RecordFacts.IsPausedByPerson(record))
            {
                yield return ($"{InvokedAs.Current} hold {name}", "keeps it paused until a person resumes it");
            }
            else if (!paused)
            {
                yield return ($"{InvokedAs.Current} hold {name}", "pauses it until a person resumes it");
            }
        }

        yield return ($"{InvokedAs.Current} rollback {name} --reason WHY", phase == RecordedPhase.RollingBack
            ? $"returns to {record.Spec.From} at once, whatever the evidence"
            : $"returns to {record.Spec.From}, whatever the evidence");
    }
}
