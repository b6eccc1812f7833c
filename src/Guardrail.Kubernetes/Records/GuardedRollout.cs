using System.Text.Json.Serialization;
using Guardrail.Engine.Workloads;

namespace Guardrail.Kubernetes.Records;

/// <summary>
/// The record of one rollout (guardrail.dev/v1alpha1 GuardedRollout): what was seen, decided and done, and the checkpoint from which it goes on
/// after a restart. <c>spec</c> names the rollout and holds what people ask for; <c>status</c> is written by Guardrail alone. Read and written as
/// JSON with <see cref="RecordJson.Options"/>.
/// </summary>
public sealed record GuardedRollout
{
    /// <summary>API group of Guardrail's resources.</summary>
    public const string Group = "guardrail.dev";

    /// <summary>Version of the API group.</summary>
    public const string Version = "v1alpha1";

    /// <summary>The kind's name in paths of the API.</summary>
    public const string Plural = "guardedrollouts";

    /// <summary>Always guardrail.dev/v1alpha1.</summary>
    public string ApiVersion { get; init; } = Group + "/" + Version;

    /// <summary>Always GuardedRollout.</summary>
    public string Kind { get; init; } = nameof(GuardedRollout);

    /// <summary>Name, namespace and what the API server notes.</summary>
    public required RecordMetadata Metadata { get; init; }

    /// <summary>Which rollout it is, and what people ask for.</summary>
    public required GuardedRolloutSpec Spec { get; init; }

    /// <summary>What became of it; null until Guardrail has written it.</summary>
    public GuardedRolloutStatus? Status { get; init; }
}

/// <summary>Metadata of a record; fields that this client does not know are kept by the API server, for the spec is changed by patches alone.</summary>
public sealed record RecordMetadata
{
    /// <summary>Name: follows from the rollout (<see cref="RecordName"/>).</summary>
    public required string Name { get; init; }

    /// <summary>Namespace: that of the workload.</summary>
    public required string Namespace { get; init; }

    /// <summary>The API server's uid of the record; null before it is written.</summary>
    public string? Uid { get; init; }

    /// <summary>The API server's version of the record, on which every write is conditional; null before it is written.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Counts changes of the spec.</summary>
    public long? Generation { get; init; }

    /// <summary>When the record was made.</summary>
    public DateTimeOffset? CreationTimestamp { get; init; }

    /// <summary>When the API server took the request that the record holds, by managedFields; null without one. Not written.</summary>
    [JsonIgnore]
    public DateTimeOffset? RequestedAt { get; init; }

    /// <summary>Labels: <see cref="RecordLabels"/>.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}

/// <summary>Which rollout a record is about, and what people ask for. Only <see cref="Request"/> can change.</summary>
public sealed record GuardedRolloutSpec
{
    /// <summary>The workload.</summary>
    public required RecordedWorkload Workload { get; init; }

    /// <summary>Name of the policy that guarded it when the rollout was first seen.</summary>
    public required string Policy { get; init; }

    /// <summary>Hash of the revision that served before.</summary>
    public required string From { get; init; }

    /// <summary>Hash of the revision being rolled out.</summary>
    public required string To { get; init; }

    /// <summary>The cluster's number of the to-revision, which tells a second attempt at the same template from the first.</summary>
    public required long Number { get; init; }

    /// <summary>Who or what changed the workload, where the cluster tells; null where it does not.</summary>
    public string? ChangedBy { get; init; }

    /// <summary>Who made the change, as the workload said when the record was made; rollbacks of agents' changes count towards a freeze.</summary>
    public ChangeAuthor MadeBy { get; init; }

    /// <summary>
    /// What a person asks for; null when nobody does. A newer request takes the place of the one before. Dropped when it is older than <see
    /// cref="RequestAge.Limit"/>.
    /// </summary>
    public RolloutRequest? Request { get; init; }

    /// <summary>The rollout's name within the engine.</summary>
    /// <param name="namespace">Namespace of the record.</param>
    public RolloutId RolloutOf(string @namespace) =>
        new(new(@namespace, Workload.Kind, Workload.Name), new(From), new(To), Number);
}

/// <summary>The workload of a record.</summary>
public sealed record RecordedWorkload
{
    /// <summary>Kind.</summary>
    public required WorkloadKind Kind { get; init; }

    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>The cluster's uid: a workload made anew under the same name has another.</summary>
    public required string Uid { get; init; }
}

/// <summary>
/// What a person asks Guardrail to do with a rollout. Guardrail answers in <see cref="GuardedRolloutStatus.Request"/> under the same
/// <see cref="Id"/>; a request that was answered is never carried out again.
/// </summary>
public sealed record RolloutRequest
{
    /// <summary>Name of the request, chosen by who asks and new each time: 1 to 63 letters, digits, '-', '_' or '.'.</summary>
    public required string Id { get; init; }

    /// <summary>What to do.</summary>
    public required RequestedAction Action { get; init; }

    /// <summary>Who asks, for the record; null when it was not said.</summary>
    public string? By { get; init; }

    /// <summary>Why, for the record; null when it was not said.</summary>
    public string? Reason { get; init; }

    /// <summary>When it was asked; null when it was not said.</summary>
    public DateTimeOffset? At { get; init; }
}

/// <summary>What a person can ask for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RequestedAction>))]
public enum RequestedAction
{
    /// <summary>Pause the rollout, and keep it paused until a person resumes it.</summary>
    Hold,

    /// <summary>Let the rollout go on that Guardrail or a person's request holds; it is not held again for pacing.</summary>
    Resume,

    /// <summary>Return to the last known good revision, whatever the evidence.</summary>
    RollBack,

    /// <summary>Do not carry out the rollback that waits for its veto window.</summary>
    Veto,

    /// <summary>Let the revision out of quarantine, so that it may be rolled out again.</summary>
    Release,
}
