using System.Collections.Immutable;
using Guardrail.Engine.Workloads;

namespace Guardrail.Simulation.Scenarios.Play;

/// <summary>Does to the services of a play what the scenario, GitOps and people do, each at its time.</summary>
/// <param name="scenario">The scenario.</param>
/// <param name="services">The services.</param>
/// <param name="byName">The same by name.</param>
/// <param name="ledger">Takes what happens.</param>
/// <param name="show">Called for a service whose Deployment may look otherwise.</param>
/// <param name="gone">Called for a service whose Deployment was deleted.</param>
internal sealed class VirtualScript(
    Scenario scenario,
    ImmutableArray<PlayedService> services,
    Dictionary<string, PlayedService> byName,
    RolloutLedger ledger,
    Action<PlayedService> show,
    Action<PlayedService> gone)
{
    private readonly PlayScript script = new(scenario);

    /// <summary>When the next step is; never when there is none.</summary>
    public TimeSpan Next => script.Next;

    /// <summary>When a rollout began last; null before the first.</summary>
    public TimeSpan? LatestRolloutAt { get; private set; }

    /// <summary>Somebody does something at a time to come.</summary>
    public void Add(TimeSpan at, PersonAct act) => script.Add(at, new ScriptStep.PersonDoes(act));

    /// <summary>Does the next step, which is due.</summary>
    public void DoNext(TimeSpan now)
    {
        switch (script.Take())
        {
            case ScriptStep.RollsOut { Rollout: var rollout }:
                RollOut(byName[rollout.Service], rollout, now);
                break;
            case ScriptStep.Begins { Event: var begun }:
                ledger.Happened(now, begun.Service, begun.Words, PlayWords.IsTold(begun));
                foreach (var service in Concerned(begun))
                {
                    Begin(service, begun, now);
                }

                break;
            case ScriptStep.Ends { Event: var over }:
                ledger.Happened(now, over.Service, PlayWords.Over(over), PlayWords.IsTold(over));
                foreach (var service in Concerned(over))
                {
                    End(service, over, now);
                }

                break;
            case ScriptStep.WritesBack back:
                WriteBack(byName[back.Service], back, now);
                break;
            case ScriptStep.PersonDoes { Act: var act }:
                var meant = (act.Service ?? ledger.Latest) is { } name ? byName[name] : null;
                ledger.Did(PersonHands.Do(act, meant?.Id, meant is null ? null : new PlayedTarget(meant), ledger, now));
                foreach (var service in services)
                {
                    show(service);
                }

                break;
        }
    }

    /// <summary>GitOps sees that a Deployment is not as its repository says.</summary>
    public void Fight(PlayedService service, VirtualDeployment deployment, TimeSpan now)
    {
        if (service.Wanted is { } wanted && deployment.Template != wanted && deployment.ChangedAt == now)
        {
            foreach (var fight in scenario.Events.OfType<ScenarioEvent.GitOpsFight>())
            {
                if ((fight.Service is null || fight.Service == service.Service.Name) && fight.IsOn(now))
                {
                    script.Add(now + fight.After, new ScriptStep.WritesBack(service.Service.Name, deployment.Generation, fight));
                }
            }
        }
    }

    private ImmutableArray<PlayedService> Concerned(ScenarioEvent happening) =>
        happening.Service is { } name ? [byName[name]] : services;

    private void RollOut(PlayedService service, ScenarioRollout rollout, TimeSpan now)
    {
        if (service.Deployment is not { } deployment)
        {
            ledger.Happened(now, rollout.Service, PlayWords.NotRolledOut(rollout));
            return;
        }

        ledger.Happened(now, rollout.Service, PlayWords.RolledOut(rollout));
        var revision = service.Revision(rollout.To, rollout.Behaviour);
        var isHealthy = revision.Behaviour.Faults.IsEmpty && PlayWords.IsHealthy(scenario, rollout, now);
        BeginRollout(service, revision, deployment.Template.Name, rollout.By, isHealthy, now);
        service.Deploy(revision, rollout.By, now);
        show(service);
    }

    private void BeginRollout(PlayedService service, VirtualRevision revision, string from, ChangeAuthor by, bool isHealthy, TimeSpan now)
    {
        revision.Rollout = ledger.Begin(service.Id, service.Deployment!.Uid, revision.Name, from, by, isHealthy, now) ?? revision.Rollout;
        LatestRolloutAt = now;
        TimelineBook.Begins(service, revision);
    }

    private void Begin(PlayedService service, ScenarioEvent begun, TimeSpan now)
    {
        switch (begun)
        {
            case ScenarioEvent.Recreated:
                service.Delete(now);
                gone(service);
                break;
            case ScenarioEvent.ScaledToZero:
                service.Deployment?.Scale(0, now);
                show(service);
                break;
            case ScenarioEvent.CounterReset:
                service.AdvanceTo(now);
                service.ResetCounters();
                break;
            default:
                break;
        }
    }

    private void End(PlayedService service, ScenarioEvent over, TimeSpan now)
    {
        if (over is ScenarioEvent.Recreated anew)
        {
            service.MakeAnew(anew.Revision, now);
            show(service);
        }
        else if (over is ScenarioEvent.ScaledToZero)
        {
            service.Deployment?.Scale(service.Service.Pods, now);
            show(service);
        }
    }

    private void WriteBack(PlayedService service, ScriptStep.WritesBack back, TimeSpan now)
    {
        if (service is not { Deployment: { } deployment, Wanted: { } wanted } || deployment.Generation != back.Generation || deployment.Template == wanted)
        {
            return;
        }

        ledger.Happened(now, service.Service.Name, PlayWords.WrittenBack(back.Fight, wanted.Name));
        BeginRollout(service, wanted, deployment.Template.Name, ChangeAuthor.Unknown, wanted.Behaviour.Faults.IsEmpty, now);
        deployment.Deploy(wanted, back.Fight.Manager, ChangeAuthor.Unknown, now);
        show(service);
    }
}
