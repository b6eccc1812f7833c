using Guardrail.Daemon.Guarding;
using Guardrail.Daemon.Health;
using Guardrail.Daemon.Leading;
using Guardrail.Daemon.Status;
using Guardrail.Daemon.Tests.Load;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Workloads;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Daemon.Tests.Status;

/// <summary>The engine's fleet over a <see cref="LoadCluster"/>, tick by tick in virtual time, with the board that listens to it.</summary>
internal sealed class StatusScene
{
    private readonly LoadCluster cluster;
    private readonly Fleet fleet;

    public StatusScene(params string[] workloads)
        : this(Policy, workloads)
    {
    }

    public StatusScene(GuardPolicy policy, params string[] workloads)
    {
        (cluster, fleet) = (new(Time, seed: 7), new([policy]));
        Board = new(Time);
        foreach (var name in workloads)
        {
            cluster.Create(name);
        }
    }

    public static GuardPolicy Policy { get; } = new()
    {
        Name = "load",
        Namespace = "load",
        Autonomy = Autonomy.Enforce,
        Bake = TimeSpan.FromMinutes(2),
        Signals = [SignalPresets.Http[0]],
        Pacing = new() { StepDuration = TimeSpan.FromSeconds(30) },
    };

    public Fleet Fleet => fleet;

    /// <summary>Is told of the decisions, if there is one.</summary>
    public IRolloutJournal? Journal { get; set; }

    public FakeTimeProvider Time { get; } = new(new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));

    public StatusBoard Board { get; }

    /// <summary>Changes each workload's view on its way to the fleet.</summary>
    public Func<WorkloadView, WorkloadView> Seen { get; set; } = view => view;

    public static WorkloadId Id(string name) => new("load", WorkloadKind.Deployment, name);

    public void Deploy(string name, string hash, double errorRate) => cluster.Deploy(Id(name), hash, errorRate);

    public async Task TickAsync(int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            await ShowAsync();
            Time.Advance(Policy.Tick);
            cluster.Reconcile();
            await ShowAsync();
            foreach (var scope in fleet.Scopes())
            {
                var report = await cluster.ReadAsync(scope, CancellationToken.None);
                await CarryAsync(fleet.Observe(scope, report));
                Board.Observed(fleet, report);
            }
        }
    }

    private async Task ShowAsync()
    {
        await foreach (var change in cluster.WatchAsync(CancellationToken.None))
        {
            var all = ((WorkloadChange.Snapshot)change).Workloads;
            await CarryAsync(fleet.Observe(new WorkloadChange.Snapshot([.. all.Select(Seen)]), Time.GetUtcNow()));
            break;
        }
    }

    public FleetPicture Picture() => Board.Picture(fleet, new NoJournal());

    public StatusView View(LeadershipState? leadership = null, FleetPicture? picture = null, params ReadinessPart[] parts) => new(
        Time.GetUtcNow(), new("1.2.3", "Kubernetes v1.36.2", "the load test", Time.GetUtcNow(), KeepsRecords: false, Unrecorded: null),
        leadership ?? new LeadershipState.Alone(), [.. parts], leadership is LeadershipState.StandingBy ? null : picture ?? Picture(), Board.Decisions, Board.Signals);

    private async Task CarryAsync(IReadOnlyList<Decision> decisions)
    {
        foreach (var decision in decisions.ToList())
        {
            Board.Decided(decision);
            Journal?.Decided(decision, fleet.Find(decision.Rollout.Workload));
            if (decision.Action is { } action)
            {
                var report = new ActionReport(Time.GetUtcNow(), action.Workload, decision.Id, await cluster.ApplyAsync(action, CancellationToken.None));
                Board.Acted(decision, report);
                await CarryAsync(fleet.Observe(report));
            }
        }
    }
}
