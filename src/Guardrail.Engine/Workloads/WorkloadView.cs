using System.Collections.Immutable;

namespace Guardrail.Engine.Workloads;

/// <summary>What a workload looks like now, as far as a decision needs to know it. Level-based: always the whole state.</summary>
public sealed record WorkloadView
{
    /// <summary>The workload.</summary>
    public required WorkloadId Id { get; init; }

    /// <summary>The cluster's uid of the object; a recreated workload has another.</summary>
    public required string Uid { get; init; }

    /// <summary>The workload's labels, which policies select by.</summary>
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>metadata.generation; every write to the workload is conditional on it.</summary>
    public required long Generation { get; init; }

    /// <summary>Pods asked for (spec.replicas; for a DaemonSet the scheduled number).</summary>
    public required int DesiredReplicas { get; init; }

    /// <summary>Revision that the workload's template asks for; null until the controller has made it.</summary>
    public required RevisionId? CurrentRevision { get; init; }

    /// <summary>Every revision the cluster still holds, in ascending <see cref="RevisionView.Number"/>.</summary>
    public required ImmutableArray<RevisionView> Revisions { get; init; }

    /// <summary>Every pod that belongs to one of the revisions and is not terminating.</summary>
    public required ImmutableArray<PodView> Pods { get; init; }

    /// <summary>Whether the controller has seen the current spec, so that revisions and pods reflect it.</summary>
    public bool Observed { get; init; } = true;

    /// <summary>Whether the rollout stands still, and who stopped it.</summary>
    public PauseState Pause { get; init; } = PauseState.Running;

    /// <summary>Whether the controller gave up on the rollout (Progressing=False, ProgressDeadlineExceeded).</summary>
    public bool ProgressDeadlineExceeded { get; init; }

    /// <summary>Whether pods of two revisions ever serve together (false for strategy Recreate and OnDelete).</summary>
    public bool RollsGradually { get; init; } = true;

    /// <summary>
    /// Whether the kind has a way to stand still in the middle of a rollout: a Deployment its pause, a StatefulSet its partition, a DaemonSet none.
    /// </summary>
    public bool CanBeHeld => Id.Kind != WorkloadKind.DaemonSet;

    /// <summary>Old revisions that the cluster keeps (spec.revisionHistoryLimit); null when that is not known.</summary>
    public int? HistoryLimit { get; init; }

    /// <summary>Whether the workload is marked <c>guardrail.dev/irreversible: "true"</c>: held and paged, never rolled back.</summary>
    public bool Irreversible { get; init; }

    /// <summary>Revisions that were rolled back and may not return without a release.</summary>
    public ImmutableHashSet<RevisionId> Quarantined { get; init; } = [];

    /// <summary>Decisions of this workload that a human vetoed (<c>guardrail.dev/veto</c>).</summary>
    public string? VetoedDecision { get; init; }

    /// <summary>The last rollback of the workload, if a person asked for it; null when Guardrail rolled it back by itself, or nobody did.</summary>
    public RequestedRollback? RequestedRollback { get; init; }

    /// <summary>Field manager that wrote the template last, such as <c>argocd-controller</c>; null when the cluster does not tell.</summary>
    public string? TemplateManager { get; init; }

    /// <summary>Who made the change to the current template (<c>guardrail.dev/made-by</c>).</summary>
    public ChangeAuthor MadeBy { get; init; } = ChangeAuthor.Unknown;

    /// <summary>What is known of the configuration of the revision that a rollback would lead to; null when nothing is.</summary>
    public ConfigurationView? Configuration { get; init; }

    /// <summary>The revision named <paramref name="id"/>, or null when the cluster no longer holds it.</summary>
    public RevisionView? Revision(RevisionId? id)
    {
        foreach (var revision in Revisions)
        {
            if (revision.Id == id)
            {
                return revision;
            }
        }

        return null;
    }
}

/// <summary>Whether a rollout stands still, and who stopped it.</summary>
public enum PauseState
{
    /// <summary>Not paused.</summary>
    Running,

    /// <summary>Paused by Guardrail, which may resume it.</summary>
    ByGuardrail,

    /// <summary>Paused by somebody else; Guardrail never resumes it.</summary>
    ByOther,

    /// <summary>Guardrail paused it and somebody else let it go on; Guardrail does not pause this rollout again.</summary>
    ResumedByOther,
}

/// <summary>A rollback that a person asked for and Guardrail carried out.</summary>
/// <param name="Decision">Name of the request, new for each.</param>
/// <param name="Why">Who asked and why, beginning with "because".</param>
public sealed record RequestedRollback(string Decision, string Why);

/// <summary>Who made a change.</summary>
public enum ChangeAuthor
{
    /// <summary>Nobody said; counts as a person.</summary>
    Unknown,

    /// <summary>A person.</summary>
    Human,

    /// <summary>A machine that changes workloads by itself.</summary>
    Agent,
}

/// <summary>One revision of a workload.</summary>
public sealed record RevisionView
{
    /// <summary>The revision.</summary>
    public required RevisionId Id { get; init; }

    /// <summary>The cluster's revision number, at least 1; a template that comes back gets a new, higher one.</summary>
    public required long Number { get; init; }

    /// <summary>Pods the controller wants of this revision now.</summary>
    public required int DesiredReplicas { get; init; }

    /// <summary>Whether the revision was stamped known good after its own bake.</summary>
    public bool KnownGood { get; init; }

    /// <summary>Whether its pod template names ConfigMaps or Secrets.</summary>
    public bool ReadsConfiguration { get; init; }

    /// <summary>Images of the containers, for people.</summary>
    public ImmutableArray<string> Images { get; init; } = [];

    /// <summary>Who or what changed the workload to this revision, where the cluster tells; for people.</summary>
    public string? ChangedBy { get; init; }

    /// <summary>When the cluster created the revision object.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>One pod of a workload.</summary>
public sealed record PodView
{
    /// <summary>The pod.</summary>
    public required PodId Id { get; init; }

    /// <summary>The cluster's uid of the pod; a pod that is made anew under the same name has another.</summary>
    public required string Uid { get; init; }

    /// <summary>Revision the pod was made from.</summary>
    public required RevisionId Revision { get; init; }

    /// <summary>When the cluster created the pod.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Since when the pod has been ready without interruption; null while it is not.</summary>
    public DateTimeOffset? ReadySince { get; init; }

    /// <summary>Container restarts so far, over all containers.</summary>
    public int Restarts { get; init; }

    /// <summary>Container restarts so far that were out-of-memory kills, as far as the status still shows them.</summary>
    public int OutOfMemoryKills { get; init; }

    /// <summary>Whether a container of the pod was last ended because it ran out of memory.</summary>
    public bool OutOfMemory => OutOfMemoryKills > 0;

    /// <summary>What keeps the pod from running, such as CrashLoopBackOff or ImagePullBackOff; null when nothing does.</summary>
    public string? WaitingReason { get; init; }

    /// <summary>Node the pod runs on; null while it has none.</summary>
    public string? Node { get; init; }

    /// <summary>Where the pod serves its own metrics; null when it says nowhere (no IP yet, no port).</summary>
    public ScrapeTarget? ScrapeTarget { get; init; }
}

/// <summary>Where a pod serves its own metrics.</summary>
/// <param name="Address">http or https URL, from the pod's IP and its prometheus.io/scheme, /port and /path annotations.</param>
public sealed record ScrapeTarget(Uri Address);
