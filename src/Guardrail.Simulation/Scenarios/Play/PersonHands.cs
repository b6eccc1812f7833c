using Guardrail.Engine.Workloads;

namespace Guardrail.Simulation.Scenarios.Play;

/// <summary>Carries out what people do, as the API server would, and keeps what there was to be said of it at that moment.</summary>
internal static class PersonHands
{
    /// <param name="act">What is done.</param>
    /// <param name="id">To which service; null when the last rollout was meant and there was none.</param>
    /// <param name="target">The service.</param>
    /// <param name="ledger">What was rolled out.</param>
    /// <param name="now">When.</param>
    public static PlayedAct Do(PersonAct act, WorkloadId? id, IPersonTarget? target, RolloutLedger ledger, TimeSpan now)
    {
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
            Service = id?.Name ?? "",
            Revision = target?.Revision ?? "",
            IsBad = id is { } known && target!.Exists && ledger.IsBad(known, target.Revision),
            HasHadBad = id is { } one && ledger.HasHadBad(one),
        };
        return target switch
        {
            null => seen with { Words = "nothing has been rolled out yet" },
            { Exists: false } => seen with { Words = $"{seen.Service} is deleted" },
            _ => act switch
            {
                PersonAct.Hold => Hold(target, seen, now),
                PersonAct.Resume => Resume(target, seen, now),
                PersonAct.Approve => Approve(target, seen, now),
                PersonAct.RollBack back => RollBack(target, back.To, seen, to => ledger.IsBad(id!.Value, to), now),
                _ => throw new InvalidOperationException(),
            },
        };
    }

    private static PlayedAct Hold(IPersonTarget target, PlayedAct seen, TimeSpan now)
    {
        if (target.IsPausedByPerson)
        {
            return seen with { Words = $"{seen.Service} is held already" };
        }

        target.Hold(now);
        return seen with { IsDone = true, Words = $"held by {seen.Person}" };
    }

    private static PlayedAct Resume(IPersonTarget target, PlayedAct seen, TimeSpan now)
    {
        if (!target.IsPaused)
        {
            return seen with { Words = $"{seen.Service} is not held" };
        }

        target.Resume(now);
        return seen with { IsDone = true, Words = $"let go on by {seen.Person}" };
    }

    private static PlayedAct Approve(IPersonTarget target, PlayedAct seen, TimeSpan now)
    {
        if (target.IsPaused)
        {
            target.Resume(now);
        }

        return seen with { IsDone = true, Words = $"{seen.Revision} approved by {seen.Person}" };
    }

    private static PlayedAct RollBack(IPersonTarget target, string? to, PlayedAct seen, Func<string, bool> isBad, TimeSpan now)
    {
        var revision = to is null ? target.Previous : target.Revisions.FirstOrDefault(r => r == to);
        if (revision is null)
        {
            return seen with
            {
                Words = to is null
                    ? $"{seen.Service} has run {seen.Revision} from the beginning: there is nothing to go back to"
                    : $"{seen.Service} has no revision {to}; it has {string.Join(", ", target.Revisions)}",
            };
        }

        if (revision == target.Revision)
        {
            return seen with { Words = $"{seen.Service} is at {revision} already", IsAlready = true };
        }

        target.GoBack(revision, now);
        return seen with { IsDone = true, IsToBad = isBad(revision), Words = $"rolled back to {revision} by {seen.Person}" };
    }
}
