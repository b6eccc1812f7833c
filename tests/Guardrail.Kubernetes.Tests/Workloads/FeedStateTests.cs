using System.Collections.Immutable;
using System.Text.Json;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Watching;
using Guardrail.Kubernetes.Workloads;

namespace Guardrail.Kubernetes.Tests.Workloads;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FeedStateTests
{
    private static readonly ResourcePath Deployments = new("apps", "v1", "deployments", "shop");
    private static readonly ResourcePath ReplicaSets = new("apps", "v1", "replicasets", "shop");
    private static readonly ResourcePath Pods = new("", "v1", "pods", "shop");
    private static readonly ResourcePath Elsewhere = new("apps", "v1", "deployments", "other");
    private readonly FeedState state = new(
        new WorkloadIndex((workload, labels) => labels.GetValueOrDefault("tier") == "web"), [Deployments, ReplicaSets, Pods]);

    [Test]
    public void The_first_snapshot_waits_for_every_list()
    {
        state.Apply(Deployments, Snapshot(Deployment("web", 1)));
        state.Apply(ReplicaSets, Snapshot());
        Assert.That(state.Take(), Is.Empty);
        state.Apply(Pods, Snapshot());
        Assert.That(((WorkloadChange.Snapshot)state.Take().Single()).Workloads.Single().Id.Name, Is.EqualTo("web"));
    }

    [Test]
    public void A_fault_before_the_first_snapshot_is_told_but_nothing_half_known()
    {
        state.Apply(Deployments, Snapshot(Deployment("web", 1)));
        state.Apply(ReplicaSets, Snapshot());
        state.Apply(Pods, new ResourceChange<ClusterObject>.Interrupted("down", IsPermanent: false));
        Assert.That(state.Take().Single(), Is.EqualTo(new WorkloadChange.Unreachable("down")));
        Assert.That(state.Take(), Is.Empty, "the same fault is told once");
        state.Apply(Pods, Snapshot());
        Assert.That(state.Take().Single(), Is.InstanceOf<WorkloadChange.Snapshot>());
    }

    [Test]
    [Category("Fault")]
    public void A_missing_right_in_one_place_does_not_blind_the_others()
    {
        var two = new FeedState(new WorkloadIndex((_, _) => true), [Deployments, Elsewhere]);
        two.Apply(Deployments, Snapshot(Deployment("web", 1)));
        two.Apply(Elsewhere, new ResourceChange<ClusterObject>.Interrupted("forbidden", IsPermanent: true));
        Assert.That(two.Take().Select(change =>
            change.GetType()), Is.EqualTo(new[] { typeof(WorkloadChange.Snapshot), typeof(WorkloadChange.Unreachable) }));
        two.Apply(Deployments, new ResourceChange<ClusterObject>.Changed(Deployment("web", 2)));
        Assert.That(two.Take().Select(change =>
            change.GetType()), Is.EqualTo(new[] { typeof(WorkloadChange.Changed), typeof(WorkloadChange.Unreachable) }));
        two.Apply(Elsewhere, Snapshot());
        Assert.That(two.Take().Single(), Is.InstanceOf<WorkloadChange.Snapshot>());
    }

    [Test]
    public void After_an_interruption_everything_is_told_once_more()
    {
        Ready(Deployment("web", 1));
        state.Apply(Deployments, new ResourceChange<ClusterObject>.Interrupted("down", IsPermanent: false));
        state.Apply(Pods, new ResourceChange<ClusterObject>.Interrupted("down", IsPermanent: false));
        Assert.That(state.Take().Single(), Is.EqualTo(new WorkloadChange.Unreachable("down")));
        state.Apply(Pods, new ResourceChange<ClusterObject>.Resumed());
        Assert.That(state.Take(), Is.Empty, "the Deployments are still not followed");
        state.Apply(Deployments, new ResourceChange<ClusterObject>.Resumed());
        Assert.That(state.Take().Single(), Is.InstanceOf<WorkloadChange.Snapshot>());
    }

    [Test]
    public void Nothing_half_known_is_told_while_one_of_a_namespaces_watches_is_down()
    {
        // Seen on a real server's restart: the Deployments were followed again four seconds before the ReplicaSets.
        Ready(Deployment("web", 1));
        state.Apply(ReplicaSets, new ResourceChange<ClusterObject>.Interrupted("down", IsPermanent: false));
        _ = state.Take().Count();
        state.Apply(Deployments, new ResourceChange<ClusterObject>.Changed(Deployment("web", 2)));
        Assert.That(state.Take(), Is.Empty);
        state.Apply(ReplicaSets, new ResourceChange<ClusterObject>.Resumed());
        Assert.That(((WorkloadChange.Snapshot)state.Take().Single()).Workloads.Single().Generation, Is.EqualTo(2));
    }

    [Test]
    [Category("Fault")]
    public void A_right_taken_away_later_leaves_the_last_view_in_every_snapshot()
    {
        var two = new FeedState(new WorkloadIndex((_, _) => true), [Deployments, ReplicaSets, Elsewhere]);
        two.Apply(Deployments, Snapshot(Deployment("web", 1)));
        two.Apply(ReplicaSets, Snapshot());
        two.Apply(Elsewhere, Snapshot());
        _ = two.Take().Count();
        two.Apply(ReplicaSets, new ResourceChange<ClusterObject>.Interrupted("forbidden", IsPermanent: true));
        two.Apply(Deployments, new ResourceChange<ClusterObject>.Removed(Deployment("web", 1)));
        two.Apply(Elsewhere, Snapshot());
        Assert.That(((WorkloadChange.Snapshot)two.Take().First()).Workloads.Single().Id.Name, Is.EqualTo("web"));
    }

    [Test]
    [Category("Fault")]
    public void A_deletion_during_a_gap_is_missing_in_the_next_snapshot()
    {
        Ready(Deployment("web", 1), Deployment("api", 1));
        state.Apply(Deployments, Snapshot(Deployment("api", 1)));
        Assert.That(((WorkloadChange.Snapshot)state.Take().Single()).Workloads.Select(view => view.Id.Name), Is.EqualTo(new[] { "api" }));
    }

    [Test]
    public void A_burst_is_told_as_one_change_and_no_change_not_at_all()
    {
        Ready(Deployment("web", 1));
        foreach (var generation in Enumerable.Range(2, 50))
        {
            state.Apply(Deployments, new ResourceChange<ClusterObject>.Changed(Deployment("web", generation)));
        }

        Assert.That(((WorkloadChange.Changed)state.Take().Single()).Workload.Generation, Is.EqualTo(51));
        state.Apply(Deployments, new ResourceChange<ClusterObject>.Changed(Deployment("web", 51)));
        Assert.That(state.Take(), Is.Empty);
    }

    [Test]
    public void A_workload_that_leaves_the_selector_is_removed()
    {
        Ready(Deployment("web", 1));
        state.Apply(Deployments, new ResourceChange<ClusterObject>.Changed(Deployment("web", 1, tier: "batch")));
        Assert.That(state.Take().Single(), Is.EqualTo(new WorkloadChange.Removed(new("shop", WorkloadKind.Deployment, "web"))));
        state.Apply(Deployments, new ResourceChange<ClusterObject>.Changed(Deployment("web", 1)));
        Assert.That(state.Take().Single(), Is.InstanceOf<WorkloadChange.Changed>());
    }

    [Test]
    [Category("Fault")]
    public void A_workload_made_anew_outlives_the_late_deletion_of_the_old_one()
    {
        Ready(Deployment("web", 9));
        state.Apply(Deployments, new ResourceChange<ClusterObject>.Changed(Deployment("web", 1, uid: "new")));
        state.Apply(Deployments, new ResourceChange<ClusterObject>.Removed(Deployment("web", 9)));
        Assert.That(((WorkloadChange.Changed)state.Take().Single()).Workload.Uid, Is.EqualTo("new"));
    }

    private static ResourceChange<ClusterObject>.Snapshot Snapshot(params ImmutableArray<ClusterObject> items) => new(items);

    private static ClusterObject Deployment(string name, int generation, string tier = "web", string? uid = null) =>
        WorkloadReader.ReadUnlessDeleted(
        WorkloadKind.Deployment, JsonSerializer.SerializeToElement(new
        {
            metadata = new { name, @namespace = "shop", uid = uid ?? "uid-" + name, generation, labels = new { tier } },
            spec = new { replicas = 1, template = new { } },
        }));

    private void Ready(params ImmutableArray<ClusterObject> deployments)
    {
        state.Apply(Deployments, Snapshot(deployments));
        state.Apply(ReplicaSets, Snapshot());
        state.Apply(Pods, Snapshot());
        Assert.That(state.Take().Count(), Is.EqualTo(1));
    }
}
