using Guardrail.Kubernetes.Workloads;
using Guardrail.Simulation.ApiServer;

namespace Guardrail.EndToEnd.Tests.Harness;

/// <summary>Every state that a Deployment's spec and annotations went through, as the API server stored it.</summary>
internal sealed class DeploymentHistory : IDisposable
{
    private readonly Lock gate = new();
    private readonly List<DeploymentState> states = [];
    private readonly IDisposable subscription;

    public DeploymentHistory(ObjectStore store, string ns, string name) => subscription = store.Subscribe(change =>
    {
        if (change.Type == ResourceTypes.Deployments && change.Namespace == ns && change.Name == name)
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

/// <summary>What a test wants to know of a Deployment.</summary>
internal sealed record DeploymentState(string Image, bool Paused, string? PausedBy, string? RolledBackBy, string? Quarantined, bool IsDeleted)
{
    public static DeploymentState Of(StoreEvent change)
    {
        var (spec, annotations) = (change.Item["spec"]!, change.Item["metadata"]!["annotations"]);
        return new(
            (string)spec["template"]!["spec"]!["containers"]![0]!["image"]!,
            (bool?)spec["paused"] ?? false,
            (string?)annotations?[GuardrailAnnotations.PausedBy],
            (string?)annotations?[GuardrailAnnotations.RolledBackBy],
            (string?)annotations?[GuardrailAnnotations.Quarantined],
            change.Change == StoreChange.Deleted);
    }
}
