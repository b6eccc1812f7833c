using Guardrail.Kubernetes.Workloads;
using Guardrail.Simulation.ApiServer;

namespace Guardrail.EndToEnd.Tests.Harness;

/// <summary>Every state that a workload's spec and annotations went through, as the API server stored it.</summary>
internal sealed class DeploymentHistory : IDisposable
{
    private readonly Lock gate = new();
    private readonly List<DeploymentState> states = [];
    private readonly IDisposable subscription;

    public DeploymentHistory(ObjectStore store, ResourceType type, string ns, string name) => subscription = store.Subscribe(change =>
    {
        if (change.Type == type && change.Namespace == ns && change.Name == name)
        {
            Note(DeploymentState.Of(change));
        }
    });

    public DeploymentState[] States
    {
        get
        {
            lock (gate)
            {
                return [.. states];
            }
        }
    }

    /// <summary>Images in the order in which they were set.</summary>
    public string[] Images => [.. States.Where(s => !s.IsDeleted).Select(s => s.Image).Aggregate(
        new List<string>(), (list, image) => list.Count > 0 && list[^1] == image ? list : [.. list, image])];

    /// <summary>Writes by which Guardrail took a revision back: each names its own decision.</summary>
    public int Rollbacks => States.Zip(States.Skip(1)).Count(
        pair => pair.Second.RolledBackBy is { } decision && decision != pair.First.RolledBackBy);

    /// <summary>A StatefulSet's partitions in the order in which they were set.</summary>
    public int[] Partitions => [.. States.Where(s => !s.IsDeleted).Select(s => s.Partition).Aggregate(
        new List<int>(), (list, partition) => list.Count > 0 && list[^1] == partition ? list : [.. list, partition])];

    /// <summary>Writes by which the rollout was paused.</summary>
    public int Pauses => States.Zip(States.Skip(1)).Count(pair => pair.Second.Paused && !pair.First.Paused);

    public void Dispose() => subscription.Dispose();

    public override string ToString() => string.Join('\n', States.AsEnumerable());

    private void Note(DeploymentState state)
    {
        lock (gate)
        {
            if (states.Count == 0 || states[^1] != state)
            {
                states.Add(state);
            }
        }
    }
}

/// <summary>What a test wants to know of a workload.</summary>
internal sealed record DeploymentState(string Image, bool Paused, string? PausedBy, string? RolledBackBy, string? Quarantined, bool IsDeleted)
{
    public int Partition { get; init; }

    public static DeploymentState Of(StoreEvent change)
    {
        var (spec, annotations) = (change.Item["spec"]!, change.Item["metadata"]!["annotations"]);
        return new(
            (string)spec["template"]!["spec"]!["containers"]![0]!["image"]!,
            (bool?)spec["paused"] ?? false,
            (string?)annotations?[GuardrailAnnotations.PausedBy],
            (string?)annotations?[GuardrailAnnotations.RolledBackBy],
            (string?)annotations?[GuardrailAnnotations.Quarantined],
            change.Change == StoreChange.Deleted)
        {
            Partition = (int?)spec["updateStrategy"]?["rollingUpdate"]?["partition"] ?? 0,
        };
    }
}
