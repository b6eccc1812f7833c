using Guardrail.Engine.Guarding;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Tests.Scenarios;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Tests.Guarding;

public sealed class FleetTests
{
    private static readonly GuardPolicy Policy = Scenario.Enforcing with { Kinds = [WorkloadKind.Deployment, WorkloadKind.StatefulSet] };
    private readonly Dictionary<string, int> requests = [];
    private Fleet fleet = null!;
    private DateTimeOffset now;

    [SetUp]
    public void Begin()
    {
        requests.Clear();
        (fleet, now) = (new Fleet([Policy]), Scenario.Start);
    }

    [Test]
    public void A_workload_that_no_policy_selects_is_not_guarded()
    {
        Show(View("checkout", "c-1") with { Id = new("elsewhere", WorkloadKind.Deployment, "checkout") });

        Assert.That(fleet.Workloads, Is.Empty);
    }

    [Test]
    public void A_snapshot_of_the_feed_removes_what_it_no_longer_holds()
    {
        Show(View("checkout", "c-1"));
        Show(View("cart", "t-1"));
        fleet.Observe(new WorkloadChange.Snapshot([View("cart", "t-1")]), now);

        Assert.That(fleet.Workloads.Select(w => w.View.Id.Name), Is.EqualTo(["cart"]));
    }

    [Test]
    [Category("Fault")]
    public void An_unreachable_cluster_changes_nothing()
    {
        Show(View("checkout", "c-1"));

        Assert.That(fleet.Observe(new WorkloadChange.Unreachable("timeout"), now), Is.Empty);
        Assert.That(fleet.Workloads, Has.Count.EqualTo(1));
    }

    [Test]
    public void All_workloads_with_the_same_signals_are_asked_for_at_once()
    {
        Show(View("checkout", "c-1", "c-2"));
        Show(View("cart", "t-1"));

        var scope = fleet.Scopes().Single();

        Assert.That(scope.Pods.Select(p => p.Id.Name), Is.EquivalentTo(["c-1", "c-2", "t-1"]));
        Assert.That(scope.Namespaces, Is.EqualTo(["shop"]));
    }

    [Test]
    public void A_workload_whose_pods_are_not_in_the_report_is_told_so_and_the_others_are_not()
    {
        Show(View("checkout", "c-1"));
        Show(View("cart", "t-1"));
        Report(unread: [new(new("shop", "t-1"), "connection refused")], "c-1");

        Assert.That(Gaps("checkout"), Is.Empty);
        Assert.That(Gaps("cart"), Is.EqualTo(["t-1: connection refused", "t-1: connection refused"]));
    }

    [Test]
    public void A_pod_without_the_metric_is_a_gap_that_names_the_signal()
    {
        Show(View("checkout", "c-1"));
        Report(unread: []);

        Assert.That(Gaps("checkout"), Does.Contain("the only pod of shop/checkout does not report the signal errors"));
    }

    [Test]
    [Category("Fault")]
    public void Counters_that_cannot_be_are_a_gap_with_the_reason()
    {
        Show(View("checkout", "c-1"));
        Observe(new SignalReport.Counters(new("errors"), [], [new(new("shop", "c-1"), now, [new("", -4, [0])])], []));
        Assert.That(Gaps("checkout")[0], Is.EqualTo("c-1: a counter is negative or above 2^53"));

        Observe(new SignalReport.Counters(new("errors"), [], [new(new("shop", "c-1"), now, [new("", 4, [0, 1])])], []));
        Assert.That(Gaps("checkout")[0], Is.EqualTo("c-1: a series has 2 event counters where 1 are expected"));
    }

    [Test]
    public void A_pod_made_anew_under_the_same_name_brings_no_counts_of_the_one_before()
    {
        var old = View("checkout", "c-0", "c-1") with { Id = new("shop", WorkloadKind.StatefulSet, "checkout") };
        Show(old);
        Report([], "c-0", "c-1");
        Report([], "c-0", "c-1");
        var canary = old.Pods[1] with { Uid = "another", Revision = new("v2") };
        Show(old with
        {
            CurrentRevision = new("v2"),
            Pods = [old.Pods[0], canary],
            Revisions = [.. old.Revisions, new() { Id = new("v2"), Number = 2, DesiredReplicas = 1 }],
        });

        // It has served more than the old one ever did before it is first read: not a difference from the old one's counter.
        requests["c-1"] = 100_000;
        Report([], "c-0", "c-1");
        Report([], "c-0", "c-1");

        Assert.That(fleet.Workloads.Single().Describe().Rollout!.Signals[0].All.CanaryTotal, Is.EqualTo(100));
    }

    [Test]
    public void A_pod_that_left_its_workload_is_no_longer_counted()
    {
        Show(View("checkout", "c-1", "c-2"));
        Report([], "c-1", "c-2");
        Show(View("checkout", "c-1"));
        Report([], "c-1", "c-2");

        Assert.That(fleet.Workloads.Single().Capture().Signals[0].Ledger.Pods.Select(p => p.Key.Name), Is.EqualTo(["c-1"]));
    }

    private static WorkloadView View(string name, params string[] pods) => new()
    {
        Id = new("shop", WorkloadKind.Deployment, name),
        Uid = name,
        Generation = 1,
        DesiredReplicas = pods.Length,
        CurrentRevision = new("v1"),
        Revisions = [new() { Id = new("v1"), Number = 1, DesiredReplicas = pods.Length }],
        Pods =
        [
            .. pods.Select(p => new PodView
            {
                Id = new("shop", p), Uid = p, Revision = new("v1"), CreatedAt = Scenario.Start, ReadySince = Scenario.Start,
            }),
        ],
    };

    private void Show(WorkloadView view) => fleet.Observe(new WorkloadChange.Changed(view), now);

    private void Report(UnreadPod[] unread, params string[] pods)
    {
        now += Policy.Tick;
        foreach (var pod in pods)
        {
            requests[pod] = requests.GetValueOrDefault(pod) + 100;
        }

        Observe(
            new SignalReport.Counters(
                new("errors"), [], [.. pods.Select(p => new PodReading(new("shop", p), now, [new("", requests[p], [0])]))], [.. unread]),
            new SignalReport.Counters(
                new("latency"), [0.5], [.. pods.Select(p => new PodReading(new("shop", p), now, [new("", requests[p], [0])]))], [.. unread]));
    }

    private void Observe(params SignalReport[] signals) => fleet.Observe(fleet.Scopes().Single(), new MetricReport(now, [.. signals]));

    private List<string> Gaps(string name) =>
        [.. fleet.Find(new("shop", WorkloadKind.Deployment, name))!.Describe().Gaps.Select(g => g.Value)];
}
