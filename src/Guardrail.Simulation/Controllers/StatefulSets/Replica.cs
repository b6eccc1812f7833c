using System.Text.Json.Nodes;
using Guardrail.Simulation.Controllers.ReplicaSets;
using Guardrail.Simulation.Controllers.Revisions;

namespace Guardrail.Simulation.Controllers.StatefulSets;

/// <summary>One place of a StatefulSet, with the pod that holds it.</summary>
/// <param name="Ordinal">Its number.</param>
/// <param name="Pod">The pod; null while there is none.</param>
internal sealed record Replica(int Ordinal, JsonObject? Pod)
{
    /// <summary>The ControllerRevision the pod was made from.</summary>
    public string? Revision => (string?)Pod?["metadata"]?["labels"]?[RevisionStyle.PodLabel];

    public bool IsTerminating => Pod is not null && Kube.IsDeleting(Pod);

    public bool IsFinished => Pod is not null && PodRanking.IsFinished(Pod);

    public bool IsReady => Pod is not null && (string?)Pod["status"]?["phase"] == "Running" && PodRanking.IsReady(Pod);

    /// <summary>Ready, for as long as is asked, and not about to go.</summary>
    public bool IsHealthy(TimeSpan minReady, DateTimeOffset now) => !IsTerminating && IsAvailable(minReady, now);

    public bool IsAvailable(TimeSpan minReady, DateTimeOffset now) =>
        IsReady && (minReady == TimeSpan.Zero || PodRanking.ReadySince(Pod!) + minReady <= now);

    /// <summary>The ordinal at the end of a pod's name; null when the name is not of the set.</summary>
    public static int? OrdinalOf(string set, string pod) =>
        pod.StartsWith(set + "-", StringComparison.Ordinal)
        && int.TryParse(pod.AsSpan(set.Length + 1), System.Globalization.CultureInfo.InvariantCulture, out var ordinal) ? ordinal : null;
}
