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
        var status = record.Status;
        if (status?.Outcome is not null)
        {
            if (record.Is(RolloutConditions.Quarantined))
            {
                yield return ($"{InvokedAs.Current} release {name} --reason WHY", $"lets {record.Spec.To} be rolled out again");
            }

            yield break;
        }

        if (status?.Phase == RecordedPhase.RollingBack)
        {
            yield return ($"{InvokedAs.Current} veto {name}", "stops a rollback that waits for its veto window");
        }

        if (record.Spec.Workload.Kind != WorkloadKind.Deployment)
        {
            yield break;
        }

        yield return status?.Phase == RecordedPhase.Held
            ? ($"{InvokedAs.Current} resume {name}", "lets it go on; it is not held again")
            : ($"{InvokedAs.Current} hold {name}", "pauses it until a person resumes it");
        yield return ($"{InvokedAs.Current} rollback {name} --reason WHY", $"returns to {record.Spec.From}, whatever the evidence");
    }
}
