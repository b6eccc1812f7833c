using Guardrail.Simulation.Traffic;

namespace Guardrail.Simulation.Cluster;

/// <summary>What really happened to the users of one revision of a service: for reports, hidden from the guard.</summary>
/// <param name="Hash">pod-template-hash of the revision.</param>
/// <param name="Image">Its image.</param>
/// <param name="FirstPodAt">When its first pod was started.</param>
/// <param name="Requests">Requests sent to its pods.</param>
/// <param name="BackgroundErrors">Requests that failed as they would have on a healthy revision.</param>
/// <param name="BadRequests">Requests that failed, were slowed or were lost by the revision's own faults.</param>
/// <param name="FirstBadAt">When the first of them was served; null while there is none.</param>
/// <param name="ReadyPods">Pods of the revision that get traffic now.</param>
public sealed record RevisionTruth(
    string Hash,
    string Image,
    DateTimeOffset FirstPodAt,
    long Requests,
    long BackgroundErrors,
    long BadRequests,
    DateTimeOffset? FirstBadAt,
    int ReadyPods)
{
    internal static RevisionTruth Of(
        string hash, string image, DateTimeOffset start, TimeSpan firstPod, PodTruth truth, int readyPods) => new(
        hash, image, start + firstPod, truth.Requests, truth.BackgroundErrors, truth.BadRequests, start + truth.FirstBad, readyPods);
}
