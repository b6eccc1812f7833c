using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Safety;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Tests.Scenarios;

/// <summary>The daemon's loop over a <see cref="FakeCluster"/>: every five seconds a view, a report, and the actions that were decided.</summary>
internal sealed class Scenario
{
    public static readonly DateTimeOffset Start = new(2026, 3, 5, 12, 0, 0, TimeSpan.Zero);
    private Fleet fleet;

    public Scenario(GuardPolicy? policy = null, int seed = 1, int replicas = 4, Release? first = null)
    {
        Policy = policy ?? Enforcing;
        Cluster = new FakeCluster(seed, replicas, first ?? Release.Good("v1"), Start);
        fleet = NewFleet();
        Show();
    }

    /// <summary>Acts at once, paced at one step of 30 s, bakes for three minutes.</summary>
    public static GuardPolicy Enforcing { get; } = new()
    {
        Name = "shop",
        Namespace = "shop",
        Autonomy = Autonomy.Enforce,
        Bake = TimeSpan.FromMinutes(3),
        WarmUp = TimeSpan.FromSeconds(20),
        Pacing = new() { StepDuration = TimeSpan.FromSeconds(30) },
    };

    public GuardPolicy Policy { get; private set; }

    public FleetSafety Safety => fleet.Safety;

    public FakeCluster Cluster { get; }

    public List<Decision> Decisions { get; } = [];

    /// <summary>Why there are no metrics; null when there are.</summary>
    public string? Outage { get; set; }

    /// <summary>Answers an action instead of the cluster; null leaves it to the cluster.</summary>
    public Func<WorkloadAction, ActionOutcome?> Interfere { get; set; } = _ => null;

    public GuardedWorkload Guarded => fleet.Find(FakeCluster.Checkout)!;

    public RolloutStatus Rollout => Guarded.Describe().Rollout!;

    public RolloutOutcome? Outcome => Guarded.Describe().Rollout?.Phase is RolloutPhase.Ended end ? end.Outcome : null;

    public IEnumerable<WorkloadAction> Actions => Decisions.Where(d => d.Action is not null).Select(d => d.Action!);

    public Decision Last(DecisionKind kind) => Decisions.Last(d => d.Kind == kind);

    public int Count(DecisionKind kind) => Decisions.Count(d => d.Kind == kind);

    /// <summary>The daemon dies and another one begins, knowing nothing.</summary>
    public void RestartWithoutMemory()
    {
        fleet = NewFleet();
        Show();
    }

    /// <summary>The daemon dies and another one goes on from the snapshot.</summary>
    public void RestartFromSnapshot(Func<GuardSnapshot, GuardSnapshot> carry, GuardPolicy? under = null)
    {
        var snapshot = carry(Guarded.Capture());
        var safety = Safety.Capture();
        Policy = under ?? Policy;
        fleet = NewFleet();
        Safety.Restore(safety);
        Assert.That(fleet.Restore(snapshot));
    }

    /// <summary>The policy changes while the daemon runs.</summary>
    public IReadOnlyList<LostEvidence> Use(GuardPolicy policy)
    {
        Policy = policy;
        Carry(fleet.Use([policy], Cluster.Now, out var lost));
        return lost;
    }

    /// <summary>No policy is left.</summary>
    public void UseNone() => Carry(fleet.Use([], Cluster.Now, out _));

    public void Tick()
    {
        Cluster.Step(Policy.Tick);
        Show();
        var scope = fleet.Scopes()[0];
        var report = Outage is { } reason
            ? new MetricReport(Cluster.Now, [.. scope.Signals.Select(s => new SignalReport.NoEvidence(s.Id, reason))])
            : Cluster.Report(scope.Signals);
        Carry(fleet.Observe(scope, report));
    }

    public Scenario Run(int ticks)
    {
        for (var i = 0; i < ticks; i++)
        {
            Tick();
        }

        return this;
    }

    /// <summary>Runs until something holds; fails when it does not within so many ticks.</summary>
    /// <returns>Ticks it took.</returns>
    public int RunUntil(Func<Scenario, bool> holds, int within)
    {
        for (var i = 1; i <= within; i++)
        {
            Tick();
            if (holds(this))
            {
                return i;
            }
        }

        Assert.Fail($"Not within {within} ticks. Decided: {string.Join(" | ", Decisions.Select(d => $"{d.At:mm:ss} {d.Kind} {d.Reason}"))}");
        return within;
    }

    /// <summary>Shows the cluster as it is now.</summary>
    public void Show() => Carry(fleet.Observe(new WorkloadChange.Changed(Cluster.View()), Cluster.Now));

    public void Delete() => Carry(fleet.Observe(new WorkloadChange.Removed(FakeCluster.Checkout), Cluster.Now));

    private Fleet NewFleet() => new([Policy]);

    private void Carry(IReadOnlyList<Decision> decided)
    {
        foreach (var decision in decided.ToList())
        {
            Decisions.Add(decision);
            if (decision.Action is { } action)
            {
                var outcome = Interfere(action) ?? Cluster.Apply(action);
                Show();
                Carry(fleet.Observe(new ActionReport(Cluster.Now, action.Workload, action.Decision, outcome)));
            }
        }
    }
}
