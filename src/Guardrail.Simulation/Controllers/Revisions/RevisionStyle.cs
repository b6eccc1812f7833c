namespace Guardrail.Simulation.Controllers.Revisions;

/// <summary>How a kind writes its ControllerRevisions.</summary>
/// <param name="Kind">Kind of the owner.</param>
/// <param name="HashLabel">Label of a ControllerRevision that holds its hash.</param>
internal sealed record RevisionStyle(string Kind, string HashLabel)
{
    /// <summary>Label of a pod that names the revision it was made from.</summary>
    public const string PodLabel = "controller-revision-hash";

    /// <summary>Pods name the whole ControllerRevision.</summary>
    public static RevisionStyle StatefulSet { get; } = new("StatefulSet", "controller.kubernetes.io/hash");

    /// <summary>Pods name the hash alone.</summary>
    public static RevisionStyle DaemonSet { get; } = new("DaemonSet", PodLabel);
}
