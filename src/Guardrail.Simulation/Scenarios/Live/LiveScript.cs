using System.Collections.Concurrent;
using System.Collections.Immutable;
using Guardrail.Engine.Workloads;
using Guardrail.Simulation.Controllers;
using Guardrail.Simulation.Scenarios.Play;

namespace Guardrail.Simulation.Scenarios.Live;

/// <summary>Does to an embedded cluster what the scenario says is to happen, when its time has come.</summary>
internal sealed class LiveScript : IDisposable
{
    private readonly Scenario scenario;
    private readonly ImmutableArray<LiveService> services;
    private readonly Dictionary<string, LiveService> byName;
    private readonly ILiveCluster cluster;
    private readonly RolloutLedger ledger;
    private readonly PlayScript script;
    private readonly ConcurrentQueue<(TimeSpan At, RevisionChange Change)> changes = new();
    private readonly IDisposable subscription;

    /// <param name="scenario">The scenario.</param>
    /// <param name="services">Its services.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="ledger">Where it is written down.</param>
    /// <param name="now">Time since the start.</param>
    public LiveScript(Scenario scenario, ImmutableArray<LiveService> services, ILiveCluster cluster, RolloutLedger ledger, Func<TimeSpan> now)
    {
        (this.scenario, this.services, this.cluster, this.ledger) = (scenario, services, cluster, ledger);
        byName = services.ToDictionary(s => s.Service.Name, StringComparer.Ordinal);
        script = new(scenario);
        subscription = cluster.Subscribe(change => changes.Enqueue((now(), change)));
    }

    /// <summary>When the next thing happens; never when nothing does.</summary>
    public TimeSpan Next => script.Next;

    /// <summary>A person does something.</summary>
    public void Do(PersonAct act, TimeSpan now)
    {
        var meant = (act.Service ?? ledger.Latest) is { } name ? byName[name] : null;
        ledger.Did(PersonHands.Do(act, meant?.Id, meant is null ? null : new LiveTarget(meant, cluster), ledger, now));
    }

    /// <summary>Whether a service runs, or is asked to run, a revision that is not well.</summary>
    public bool RunsBad(LiveService service) => service.Deployment is { } deployment
        && (ledger.IsBad(service.Id, cluster.RevisionOf(deployment)) || service.Pods.Any(p => ledger.IsBad(service.Id, cluster.RevisionOfPod(p))));

    /// <summary>Does what is due.</summary>
    public void DoUntil(TimeSpan now)
    {
        while (changes.TryDequeue(out var change))
        {
            Fight(change.At, byName[change.Change.Service], change.Change);
        }

        while (script.Next <= now)
        {
            Do(script.Take(), now);
        }
    }

    public void Dispose() => subscription.Dispose();

    private void Do(ScriptStep step, TimeSpan now)
    {
        switch (step)
        {
            case ScriptStep.RollsOut { Rollout: var rollout }:
                RollOut(byName[rollout.Service], rollout, now);
                break;
            case ScriptStep.Begins { Event: var begun }:
                ledger.Happened(now, begun.Service, begun.Words, PlayWords.IsTold(begun));
                Each(begun, service => Begin(service, begun));
                break;
            case ScriptStep.Ends { Event: var over }:
                ledger.Happened(now, over.Service, PlayWords.Over(over), PlayWords.IsTold(over));
                Each(over, service => End(service, over));
                break;
            case ScriptStep.WritesBack back:
                WriteBack(byName[back.Service], back, now);
                break;
        }
    }

    private void Each(ScenarioEvent happening, Action<LiveService> act)
    {
        foreach (var service in services.Where(s => happening.Service is null || happening.Service == s.Service.Name))
        {
            act(service);
        }
    }

    private void RollOut(LiveService service, ScenarioRollout rollout, TimeSpan now)
    {
        if (service.Deployment is null)
        {
            ledger.Happened(now, rollout.Service, PlayWords.NotRolledOut(rollout));
            return;
        }

        ledger.Happened(now, rollout.Service, PlayWords.RolledOut(rollout));
        var isHealthy = service.Know(rollout.To, rollout.Behaviour).Faults.IsEmpty && PlayWords.IsHealthy(scenario, rollout, now);
        Change(service, rollout.To, rollout.By, isHealthy, manager: null, now);
    }

    private void Change(LiveService service, string to, ChangeAuthor by, bool isHealthy, string? manager, TimeSpan now)
    {
        var deployment = service.Deployment!;
        if (ledger.Begin(service.Id, Kube.Uid(deployment), to, cluster.RevisionOf(deployment), by, isHealthy, now) is { } number)
        {
            service.LayTo(to, number);
        }

        service.Deploy(to, by, manager);
    }

    private static void Begin(LiveService service, ScenarioEvent begun)
    {
        switch (begun)
        {
            case ScenarioEvent.Recreated:
                service.Delete();
                break;
            case ScenarioEvent.ScaledToZero:
                service.Scale(0);
                break;
            case ScenarioEvent.CounterReset:
                service.ResetCounters();
                break;
            default:
                break;
        }
    }

    private static void End(LiveService service, ScenarioEvent over)
    {
        if (over is ScenarioEvent.Recreated anew)
        {
            service.MakeAnew(anew.Revision);
        }
        else if (over is ScenarioEvent.ScaledToZero)
        {
            service.Scale(service.Service.Pods);
        }
    }

    /// <summary>GitOps sees that a Deployment is not as its repository says.</summary>
    private void Fight(TimeSpan at, LiveService service, RevisionChange change)
    {
        if (change.Revision != service.Wanted)
        {
            foreach (var fight in scenario.Events.OfType<ScenarioEvent.GitOpsFight>())
            {
                if ((fight.Service is null || fight.Service == service.Service.Name) && fight.IsOn(at))
                {
                    script.Add(at + fight.After, new ScriptStep.WritesBack(service.Service.Name, change.Generation, fight));
                }
            }
        }
    }

    private void WriteBack(LiveService service, ScriptStep.WritesBack back, TimeSpan now)
    {
        if (service.Deployment is not { } deployment || (long)deployment["metadata"]!["generation"]! != back.Generation
            || cluster.RevisionOf(deployment) == service.Wanted)
        {
            return;
        }

        ledger.Happened(now, service.Service.Name, PlayWords.WrittenBack(back.Fight, service.Wanted));
        var behaviour = service.Know(service.Wanted, Traffic.Faults.RevisionBehaviour.Healthy);
        Change(service, service.Wanted, ChangeAuthor.Unknown, behaviour.Faults.IsEmpty, back.Fight.Manager, now);
    }
}
