using System.Text.Json;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Watching;
using Guardrail.Kubernetes.Workloads;

namespace Guardrail.Kubernetes.Tests.Workloads;

/// <summary>Feeds the events of a recording into the feed's state and keeps every view it tells.</summary>
internal sealed class Replay
{
    private static readonly ResourcePath[] Sources =
    [
        new("apps", "v1", "deployments"), new("apps", "v1", "statefulsets"), new("apps", "v1", "daemonsets"),
        new("apps", "v1", "replicasets"), new("apps", "v1", "controllerrevisions"), new("", "v1", "pods"),
    ];

    private readonly FeedState state;

    public Replay()
    {
        state = new FeedState(new WorkloadIndex((_, _) => true), Sources);
        foreach (var source in Sources)
        {
            state.Apply(source, new ResourceChange<ClusterObject>.Snapshot([]));
        }

        Assert.That(state.Take().Single(), Is.InstanceOf<WorkloadChange.Snapshot>());
    }

    public List<(long AtMs, WorkloadChange Change)> Told { get; } = [];

    public IEnumerable<(long AtMs, WorkloadView View)> Views =>
        Told.Where(told => told.Change is WorkloadChange.Changed).Select(told => (told.AtMs, ((WorkloadChange.Changed)told.Change)
            .Workload));

    /// <summary>What a consumer of the messages holds in the end.</summary>
    public Dictionary<WorkloadId, WorkloadView> Final
    {
        get
        {
            var held = new Dictionary<WorkloadId, WorkloadView>();
            foreach (var (_, change) in Told)
            {
                switch (change)
                {
                    case WorkloadChange.Changed changed:
                        held[changed.Workload.Id] = changed.Workload;
                        break;
                    case WorkloadChange.Removed removed:
                        held.Remove(removed.Workload);
                        break;
                }
            }

            return held;
        }
    }

    /// <summary>Replays a whole recording.</summary>
    public static Replay Of(string recording)
    {
        var replay = new Replay();
        foreach (var (at, plural, recorded) in Recordings.Events(recording))
        {
            replay.Apply(at, plural, recorded);
        }

        return replay;
    }

    /// <summary>The views of one workload between two moments.</summary>
    public IReadOnlyList<WorkloadView> Between(long from, long until, string name = "web") =>
        [.. Views.Where(view => view.AtMs >= from && view.AtMs < until && view.View.Id.Name == name).Select(view => view.View)];

    /// <summary>The view as it stood at a moment.</summary>
    public WorkloadView At(long atMs, string name = "web") => Views.Last(view => view.AtMs <= atMs && view.View.Id.Name == name).View;

    public void Apply(long at, string plural, JsonElement recorded)
    {
        if (Sources.FirstOrDefault(source => source.Plural == plural) is not { } path)
        {
            return;
        }

        var source = recorded.GetProperty("object");
        ClusterObject item = plural switch
        {
            "deployments" => WorkloadReader.ReadUnlessDeleted(WorkloadKind.Deployment, source),
            "statefulsets" => WorkloadReader.ReadUnlessDeleted(WorkloadKind.StatefulSet, source),
            "daemonsets" => WorkloadReader.ReadUnlessDeleted(WorkloadKind.DaemonSet, source),
            "replicasets" => RevisionReader.ReadReplicaSet(source),
            "controllerrevisions" => RevisionReader.ReadControllerRevision(source),
            _ => PodReader.Read(source),
        };
        state.Apply(path, recorded.GetProperty("type").GetString() == "DELETED"
            ? new ResourceChange<ClusterObject>.Removed(item)
            : new ResourceChange<ClusterObject>.Changed(item));
        Told.AddRange(state.Take().Select(change => (at, change)));
    }
}
