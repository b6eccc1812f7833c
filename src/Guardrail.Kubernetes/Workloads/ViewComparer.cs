using System.Collections.Immutable;
using Guardrail.Engine.Workloads;

namespace Guardrail.Kubernetes.Workloads;

/// <summary>Compares views by value, their lists included (a record compares an ImmutableArray by reference).</summary>
internal static class ViewComparer
{
    public static bool AreEqual(WorkloadView left, WorkloadView right) =>
        left == right with { Revisions = left.Revisions, Pods = left.Pods, Quarantined = left.Quarantined, Labels = left.Labels }
        && left.Pods.AsSpan().SequenceEqual(right.Pods.AsSpan())
        && left.Labels.Count == right.Labels.Count
        && left.Labels.All(label => right.Labels.GetValueOrDefault(label.Key) == label.Value)
        && left.Quarantined.SetEquals(right.Quarantined)
        && left.Revisions.Length == right.Revisions.Length
        && left.Revisions.Zip(right.Revisions).All(pair => AreEqual(pair.First, pair.Second));

    private static bool AreEqual(RevisionView left, RevisionView right) =>
        left == right with { Images = left.Images } && left.Images.AsSpan().SequenceEqual(right.Images.AsSpan());
}
