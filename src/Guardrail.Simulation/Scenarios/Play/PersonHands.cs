using Guardrail.Engine.Workloads;

namespace Guardrail.Simulation.Scenarios.Play;

/// <summary>Carries out what people do, as the API server would, and keeps what there was to be said of it at that moment.</summary>
internal static class PersonHands
{
    public static PlayedAct Do(PersonAct act, string? name, Dictionary<string, PlayedService> services, RolloutLedger ledger, TimeSpan now)
    {
        var service = name is null ? null : services[name];
        var seen = new PlayedAct
        {
            At = now,
            Person = act.Person,
            Kind = act switch
            {
                PersonAct.Hold => PersonActKind.Hold,
                PersonAct.Resume => PersonActKind.Resume,
                PersonAct.RollBack => PersonActKind.RollBack,
                _ => PersonActKind.Approve,
            },
            Service = name ?? "",
            Revision = service?.Deployment?.Template.Name ?? "",
            IsBad = service?.Deployment is { } deployment && ledger.IsBad(deployment.Template),
            HasHadBad = service is not null && ledger.HasHadBad(service),
        };
        return service switch
        {
            null => seen with { Words = "nothing has been rolled out yet" },
            { Deployment: null } => seen with { Words = $"{name} is deleted" },
            _ => act switch
            {
                PersonAct.Hold => Hold(service.Deployment, seen, now),
                PersonAct.Resume => Resume(service.Deployment, seen, now),
                PersonAct.Approve => Approve(service.Deployment, seen, now),
                PersonAct.RollBack back => RollBack(service, back.To, seen, ledger, now),
                _ => throw new InvalidOperationException(),
            },
        };
    }

    private static PlayedAct Hold(VirtualDeployment deployment, PlayedAct seen, TimeSpan now)
    {
        if (deployment.Pause == PauseState.ByOther)
        {
            return seen with { Words = $"{seen.Service} is held already" };
        }

        deployment.Hold(PauseState.ByOther, now);
        return seen with { IsDone = true, Words = $"held by {seen.Person}" };
    }

    private static PlayedAct Resume(VirtualDeployment deployment, PlayedAct seen, TimeSpan now)
    {
        if (!deployment.IsPaused)
        {
            return seen with { Words = $"{seen.Service} is not held" };
        }

        deployment.Resume(byGuardrail: false, now);
        return seen with { IsDone = true, Words = $"let go on by {seen.Person}" };
    }

    private static PlayedAct Approve(VirtualDeployment deployment, PlayedAct seen, TimeSpan now)
    {
        if (deployment.IsPaused)
        {
            deployment.Resume(byGuardrail: false, now);
        }

        return seen with { IsDone = true, Words = $"{seen.Revision} approved by {seen.Person}" };
    }

    private static PlayedAct RollBack(PlayedService service, string? to, PlayedAct seen, RolloutLedger ledger, TimeSpan now)
    {
        var deployment = service.Deployment!;
        var target = to is null ? service.Previous : deployment.Revisions.FirstOrDefault(r => r.Name == to);
        if (target is null)
        {
            return seen with
            {
                Words = to is null
                    ? $"{seen.Service} has run {seen.Revision} from the beginning: there is nothing to go back to"
                    : $"{seen.Service} has no revision {to}; it has {string.Join(", ", deployment.Revisions.Select(r => r.Name))}",
            };
        }

        if (target == deployment.Template)
        {
            return seen with { Words = $"{seen.Service} is at {target.Name} already", IsAlready = true };
        }

        service.GoBack(target, now);
        return seen with { IsDone = true, IsToBad = ledger.IsBad(target), Words = $"rolled back to {target.Name} by {seen.Person}" };
    }
}
