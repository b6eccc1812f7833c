using Guardrail.Detection.Cells;

namespace Guardrail.Detection.Guarding;

/// <summary>What Guardrail decided in one run.</summary>
/// <param name="RolledBackAt">Seconds since the start of the rollout at which it was taken back; null when it was not.</param>
/// <param name="HeldAt">Seconds to the first hold; null when there was none.</param>
/// <param name="PagedAt">Seconds to the first call for a person; null when there was none.</param>
/// <param name="Reason">Why it was taken back, or else what was believed at the end, for people.</param>
public readonly record struct GuardOutcome(double? RolledBackAt, double? HeldAt, double? PagedAt, string Reason)
{
    /// <summary>What the person was told first; null when none was called.</summary>
    public string? Called { get; init; }

    /// <summary>Whether the right thing was done about a defect that is not the new revision's alone: held, and a person told what is known.</summary>
    /// <param name="answer">The right thing.</param>
    public bool Answers(RightAnswer answer) => answer switch
    {
        RightAnswer.RollBack => RolledBackAt is not null,
        RightAnswer.NamePod => RolledBackAt is null && HeldAt is not null && Called?.Contains(CellViews.NewPod(GuardDefaults.Workload, 0), StringComparison.Ordinal) == true,
        _ => RolledBackAt is null && HeldAt is not null && Called is not null,
    };
}
