using Guardrail.Engine.Guarding;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Safety;

/// <summary>
/// Many workloads that nobody changed fail at once: that is a dependency, or the metrics, and no rollback cures it. Workloads that the policy expects
/// its rollouts to break (<see cref="GuardPolicy.Impact"/>) do not count.
/// </summary>
internal static class CommonCause
{
    /// <summary>Fewest workloads that are many.</summary>
    private const int Fewest = 3;

    /// <summary>Share of those that nobody changed from which they are many.</summary>
    private const double Share = 0.5;

    /// <summary>Why a rollback of a workload would not help; null when nothing says so.</summary>
    public static Objection? ObjectionTo(IEnumerable<GuardedWorkload> fleet, WorkloadId own, GuardPolicy policy)
    {
        var known = 0;
        var failing = new List<WorkloadId>();
        foreach (var workload in fleet)
        {
            var id = workload.View.Id;
            if (id == own || workload.IsChanging || policy.Impact.Any(t => t.Workload == id) || !workload.IsKnown)
            {
                continue;
            }

            known++;
            if (workload.IsInTrouble)
            {
                failing.Add(id);
            }
        }

        return failing.Count < Fewest || failing.Count < Share * known
            ? null
            : new(
                "common-cause",
                $"{failing.Count} of {known} other workloads that nobody changed fail as well ({string.Join(", ", failing.Take(5))}): "
                + "suspect something that all of them need, or the metrics; it is rolled back when they have recovered and it is still bad");
    }
}
