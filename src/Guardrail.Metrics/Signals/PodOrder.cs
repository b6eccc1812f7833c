using Guardrail.Engine.Workloads;

namespace Guardrail.Metrics.Signals;

/// <summary>Orders pods by namespace and name, ordinally, so that the same observations give the same report to the last bit.</summary>
internal static class PodOrder
{
    public static IComparer<PodId> ByName { get; } = Comparer<PodId>.Create(static (a, b) =>
        string.CompareOrdinal(a.Namespace, b.Namespace) is not 0 and var order ? order : string.CompareOrdinal(a.Name, b.Name));
}
