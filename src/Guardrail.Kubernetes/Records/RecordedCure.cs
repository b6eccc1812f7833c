using System.Text.Json.Serialization;
using Guardrail.Engine.Rollouts;

namespace Guardrail.Kubernetes.Records;

/// <summary>Whether the rollback brought back what it was made for.</summary>
public sealed record RecordedCure
{
    /// <summary>How it stands.</summary>
    public required RecordedCureState State { get; init; }

    /// <summary>Since when it stands so.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Whether it is still being looked for.</summary>
    [JsonIgnore]
    public bool IsOpen => State is RecordedCureState.Awaited or RecordedCureState.Watched;

    /// <summary>What the engine knows, as records have it; null for null.</summary>
    public static RecordedCure? Of(Cure? cure) => cure switch
    {
        null => null,
        Cure.Awaited(var since) => new() { State = RecordedCureState.Awaited, At = since },
        Cure.Watched(var since) => new() { State = RecordedCureState.Watched, At = since },
        Cure.Cured(var at) => new() { State = RecordedCureState.Cured, At = at },
        Cure.NotCured(var at) => new() { State = RecordedCureState.NotCured, At = at },
        Cure.Unknown(var at) => new() { State = RecordedCureState.Unknown, At = at },
        _ => throw new ArgumentOutOfRangeException(nameof(cure), cure, "A cure of an unknown kind."),
    };

    /// <summary>Which of two processes' findings counts: an answer before none, and the earlier answer.</summary>
    internal static RecordedCure? Join(RecordedCure? theirs, RecordedCure? ours) => theirs switch
    {
        null => ours,
        { IsOpen: true } => ours ?? theirs,
        _ => theirs,
    };
}

/// <summary>How the look for a cure stands; the cases of <see cref="Cure"/>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RecordedCureState>))]
public enum RecordedCureState
{
    /// <summary>The rollback is written; the restored revision does not serve alone yet.</summary>
    Awaited,

    /// <summary>The restored revision serves, and is held against what was usual before the rollout.</summary>
    Watched,

    /// <summary>Errors and latency are what they were before the rollout.</summary>
    Cured,

    /// <summary>They are not: the change was not the cause, or not the only one.</summary>
    NotCured,

    /// <summary>There was too little data to tell, or the workload changed again first.</summary>
    Unknown,
}
