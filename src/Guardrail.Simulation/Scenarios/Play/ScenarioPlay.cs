using System.Collections.Immutable;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Workloads;

namespace Guardrail.Simulation.Scenarios.Play;

/// <summary>
/// One play of a scenario in virtual time, by the daemon's own engine: shows it the Deployments and the counters, and carries out what it decides. The
/// same scenario and seed give the same play, bit for bit.
/// </summary>
internal sealed class ScenarioPlay
{
    /// <summary>Rollouts that GitOps may add to those of the scenario before they are no longer told apart.</summary>
    private const int MoreRollouts = 16;

    private readonly Scenario scenario;
    private readonly ImmutableArray<PlayedService> services;
    private readonly Dictionary<string, PlayedService> byName;
    private readonly PlayTraffic traffic;
    private readonly CounterReports reports;
    private readonly VirtualScript script;
    private readonly RolloutLedger ledger;
    private readonly TimelineBook? timeline;
    private readonly IScenarioListener? listener;
    private readonly ImmutableArray<MetricScope> scopes;
    private readonly Fleet fleet;
    private readonly FleetSight sight;
    private readonly bool isGuarded;
    private readonly ImmutableArray<double> edges;
    private TimeSpan now;

    public ScenarioPlay(Scenario scenario, ulong seed, bool isGuarded, bool keepTimeline, IScenarioListener? listener)
    {
        (this.scenario, this.isGuarded, this.listener) = (scenario, isGuarded, listener);
        var most = scenario.Rollouts.Length + MoreRollouts;
        services = [.. scenario.Services.Select(s => new PlayedService(scenario, s, seed, most))];
        byName = services.ToDictionary(s => s.Service.Name, StringComparer.Ordinal);
        edges = scenario.Services.Select(s => s.Profile.Latency?.Edges ?? []).FirstOrDefault(e => !e.IsEmpty, []);
        reports = new(services, scenario, edges, seed);
        ledger = new(most, listener);
        script = new(scenario, services, byName, ledger, Show, Gone);
        traffic = new(ImmutableArray<ITrafficNode>.CastUp(services), scenario, ledger);
        timeline = keepTimeline ? new(services, edges) : null;
        fleet = new(isGuarded ? scenario.Policies : []);
        sight = new(fleet);
        scopes = isGuarded
            ? [.. scenario.Policies.GroupBy(p => p.Signals).Select(g => new MetricScope(g.Key, [scenario.Namespace], []))]
            : [];
    }

    /// <summary>Time since the start.</summary>
    public TimeSpan Now => now;

    /// <summary>The services, in an order in which each comes after those that it calls.</summary>
    public ImmutableArray<PlayedService> Services => services;

    /// <summary>What Guardrail knows; of nothing without it.</summary>
    public Fleet Fleet => fleet;

    /// <summary>When something is to happen next by the scenario; never when there is nothing more.</summary>
    public TimeSpan NextScripted => script.Next;

    /// <summary>Whether nothing can be read of a service now.</summary>
    public bool IsBlind(PlayedService service) => reports.IsBlind(service, now);

    /// <summary>Whether a service runs, or is asked to run, a revision that is not well.</summary>
    public bool RunsBad(PlayedService service) => service.Deployment is { } deployment
        && (ledger.IsBad(service.Id, deployment.Template.Name) || deployment.Pods.Any(p => ledger.IsBad(service.Id, p.Revision.Name)));

    /// <summary>What people did so far.</summary>
    public ImmutableArray<PlayedAct> Acts => ledger.Acts;

    /// <summary>Plays it from the start to its end.</summary>
    public ScenarioRun Run()
    {
        Begin();
        while (!IsOver)
        {
            Tick();
        }

        return End();
    }

    /// <summary>Somebody does something at a time after <see cref="Now"/> and within the next tick.</summary>
    public void Add(TimeSpan at, PersonAct act) => script.Add(at, act);

    /// <summary>All services have been serving for long.</summary>
    public void Begin()
    {
        foreach (var service in services)
        {
            service.Settle();
            service.Deployment!.HasChanged = false;
        }

        Carry(fleet.Observe(new WorkloadChange.Snapshot([.. services.Select(s => DeploymentViews.Of(s.Deployment!, s.Service))]), PlayTime.At(now)));
    }

    /// <summary>Whether it has been played to its end.</summary>
    public bool IsOver => now >= scenario.Duration;

    /// <summary>Where the next tick ends; the last one is shortened.</summary>
    public TimeSpan NextTick => Earliest(now + Step(), scenario.Duration);

    /// <summary>Plays the next tick.</summary>
    public void Tick() => Play(NextTick);

    /// <summary>What came of it.</summary>
    public ScenarioRun End()
    {
        ledger.End(sight);
        return new()
        {
            IsGuarded = isGuarded,
            LatencyEdges = edges,
            Rollouts = ledger.Rollouts,
            Decisions = ledger.Decisions,
            Moments = ledger.Moments,
            Services = timeline?.Close() ?? [],
            Acts = ledger.Acts,
            HurtAt = ledger.HurtAt,
            Truth = traffic.Truth,
        };
    }

    /// <summary>
    /// While nothing is watched and nothing begins soon, a scenario may read less often. Without Guardrail nobody watches, but other tools' rules are
    /// fed these counts, and they would.
    /// </summary>
    private TimeSpan Step()
    {
        var interval = scenario.Observe.Interval;
        if (scenario.Observe.QuietInterval is not { } quiet || quiet <= interval || script.Next <= now + (2 * quiet)
            || services.Any(s => fleet.Find(s.Id)?.IsChanging == true || s.Deployment?.Due <= now + quiet)
            || (!isGuarded && now < script.LatestRolloutAt + PlayTime.Young + interval))
        {
            return interval;
        }

        return quiet;
    }

    private void Play(TimeSpan end)
    {
        var begin = now;
        foreach (var service in services)
        {
            service.Tick.Clear();
        }

        while (NextHappening() is var next && next <= end)
        {
            now = next;
            Happen();
        }

        now = end;
        traffic.Advance(begin, end);
        Observe();
        timeline?.Add(now, services, fleet, reports);
        listener?.Ticked(now, fleet);
    }

    private void Observe()
    {
        reports.Scrape(now);
        foreach (var scope in scopes)
        {
            Carry(fleet.Observe(scope, reports.Report(scope.Signals, now)));
        }
    }

    private TimeSpan NextHappening()
    {
        var next = script.Next;
        foreach (var service in services)
        {
            next = service.Deployment is { } deployment && deployment.Due < next ? deployment.Due : next;
        }

        return next;
    }

    private void Happen()
    {
        foreach (var service in services)
        {
            if (service.Deployment is { } deployment && deployment.Due <= now)
            {
                deployment.Advance(now);
                Show(service);
            }
        }

        while (script.Next <= now)
        {
            script.DoNext(now);
        }
    }

    /// <summary>Tells the engine that a Deployment is gone.</summary>
    private void Gone(PlayedService service) => Carry(fleet.Observe(new WorkloadChange.Removed(service.Id), PlayTime.At(now)));

    /// <summary>Tells the engine of a Deployment that looks otherwise than it did, and GitOps of one that is not as its repository says.</summary>
    private void Show(PlayedService service)
    {
        if (service.Deployment is { HasChanged: true } deployment)
        {
            deployment.HasChanged = false;
            script.Fight(service, deployment, now);
            Carry(fleet.Observe(new WorkloadChange.Changed(DeploymentViews.Of(deployment, service.Service)), PlayTime.At(now)));
        }
    }

    /// <summary>Carries decisions out at once. Those that follow from what the engine is told of it are carried out in turn.</summary>
    private void Carry(IReadOnlyList<Decision> decisions)
    {
        if (decisions.Count == 0)
        {
            return;
        }

        // The list lives only until the fleet is told the next thing.
        foreach (var decision in decisions.ToArray())
        {
            var service = byName[decision.Rollout.Workload.Name];
            var outcome = decision.Action is { } action ? VirtualActuator.Apply(action, service.Deployment, now) : null;
            ledger.Decided(decision, outcome, sight, now);
            if (outcome is not null)
            {
                Carry(fleet.Observe(new ActionReport(PlayTime.At(now), service.Id, decision.Id, outcome)));
                Show(service);
            }
        }
    }

    private static TimeSpan Earliest(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
