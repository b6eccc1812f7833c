using System.Collections.Immutable;
using Guardrail.Simulation.Scenarios;

namespace Guardrail.Simulation.Drills;

/// <summary>Finds what should not have been done.</summary>
internal static class WrongActions
{
    public static ImmutableArray<WrongAction> Of(ImmutableArray<PlayedAct> acts, TimeSpan begins) =>
        [.. acts.Select(a => (Act: a, Why: Why(a))).Where(a => a.Why is not null)
            .Select(a => new WrongAction(a.Act.At - begins, a.Act.Person, What(a.Act), a.Why!))];

    /// <summary>Why it was wrong; null when it was not. What found nothing to act upon counts as well, if it would have been wrong.</summary>
    private static string? Why(PlayedAct act) => act switch
    {
        { Revision: "" } => null,
        { Kind: PersonActKind.RollBack, IsDone: true, IsToBad: true } => $"it brought back a revision of {act.Service} that is bad",
        { Kind: PersonActKind.RollBack, IsBad: false, IsAlready: false } => $"{act.Service} {act.Revision} was well",
        { Kind: PersonActKind.Hold, HasHadBad: false } => $"{act.Service} {act.Revision} was well",
        { Kind: PersonActKind.Resume, IsDone: true, IsBad: true } => $"{act.Service} {act.Revision} is bad",
        { Kind: PersonActKind.Approve, IsDone: true, IsBad: true } => $"{act.Service} {act.Revision} is bad",
        _ => null,
    };

    private static string What(PlayedAct act) => act.Kind switch
    {
        PersonActKind.Hold => $"hold {act.Service}",
        PersonActKind.Resume => $"resume {act.Service}",
        PersonActKind.RollBack => $"rollback {act.Service}",
        _ => $"approve {act.Service}",
    };
}
