using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Engine.Evidence;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Cli.OnCall;

/// <summary>All that is known of one rollout: its record, and what its checkpoint holds beside.</summary>
/// <param name="Record">The record.</param>
/// <param name="Path">How the evidence came about, in order of time; empty when the record holds none.</param>
/// <param name="Images">Images by revision, as far as known.</param>
/// <param name="CheckpointProblem">Why the checkpoint could not be read; null when it could, or there is none.</param>
internal sealed record RolloutStory(
    GuardedRollout Record, ImmutableArray<EvidencePoint> Path, ImmutableDictionary<string, string> Images, string? CheckpointProblem)
{
    /// <summary>The story of a record.</summary>
    public static RolloutStory Of(GuardedRollout record)
    {
        try
        {
            return record.Status?.Checkpoint is { } checkpoint ? Of(record, CheckpointCodec.Decode(checkpoint)) : Bare(record, null);
        }
        catch (JsonException fault)
        {
            return Bare(record, fault.Message);
        }
    }

    /// <summary>The story for programs.</summary>
    public JsonObject Data() => new()
    {
        ["rollout"] = RecordFacts.Data(Record),
        ["holdThreshold"] = Statistics.Evidence.HoldThreshold,
        ["images"] = new JsonObject(Images.Select(i => KeyValuePair.Create(i.Key, (JsonNode?)i.Value))),
        ["path"] = new JsonArray([.. Path.Where(p => double.IsFinite(p.LogEvidence)).Select(p => new JsonObject { ["at"] = p.At, ["nats"] = p.LogEvidence })]),
    };

    private static RolloutStory Of(GuardedRollout record, GuardSnapshot snapshot)
    {
        var rollout = snapshot.Rollout;
        var isIt = rollout is not null && rollout.Id == record.Spec.RolloutOf(record.Metadata.Namespace);
        RevisionId[] revisions = [new(record.Spec.From), new(record.Spec.To)];
        return new(
            record,
            isIt && Recorded(record) is { IsEmpty: true } ? rollout!.Evidence?.Path.Points ?? [] : Recorded(record),
            revisions.Select(id => snapshot.View.Revision(id)).Where(r => r is { Images.IsDefaultOrEmpty: false })
                .ToImmutableDictionary(r => r!.Id.Hash, r => string.Join(", ", r!.Images)),
            null);
    }

    private static ImmutableArray<EvidencePoint> Recorded(GuardedRollout record) =>
        record.Status is { Evidence.Path: { } path, StartedAt: { } start } ? RecordedPath.Read(path, start) : [];

    private static RolloutStory Bare(GuardedRollout record, string? problem) => new(record, Recorded(record), ImmutableDictionary<string, string>.Empty, problem);
}
