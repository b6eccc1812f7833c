using Guardrail.Detection.Guarding;

namespace Guardrail.Detection.Comparison;

/// <summary>What Guardrail and the other rules did in the runs of one cell.</summary>
internal sealed class CellRuns
{
    private readonly GuardOutcome[] outcomes;

    public CellRuns(CellPlan plan, int runs, int peerRuns)
    {
        (Plan, PeerRuns) = (plan, Math.Min(runs, peerRuns));
        outcomes = new GuardOutcome[runs];
        Guard = new(runs);
        Peers = [.. plan.Settings.Select(_ => new RuleRuns(PeerRuns))];
    }

    /// <summary>The cell and the settings.</summary>
    public CellPlan Plan { get; }

    /// <summary>Runs in which the other rules watched.</summary>
    public int PeerRuns { get; }

    /// <summary>Guardrail.</summary>
    public RuleRuns Guard { get; }

    /// <summary>The other rules, in the order of the plan's settings.</summary>
    public IReadOnlyList<RuleRuns> Peers { get; }

    /// <summary>Runs that Guardrail held at least once.</summary>
    public int Held => outcomes.Count(outcome => outcome.HeldAt is not null);

    /// <summary>Runs for which Guardrail called a person.</summary>
    public int Paged => outcomes.Count(outcome => outcome.PagedAt is not null);

    /// <summary>Runs in which Guardrail did the right thing about the defect.</summary>
    public int Answered => outcomes.Count(outcome => outcome.Answers(Plan.Cell.Answer));

    /// <summary>Median seconds from the start of the rollout to the first call for a person; infinity when fewer than half were called.</summary>
    public double MedianCall => outcomes.Select(outcome => outcome.PagedAt ?? double.PositiveInfinity).Order().ElementAt(outcomes.Length / 2);

    /// <summary>What a person was told in the first run in which one was called; null when none was.</summary>
    public string? Told => outcomes.FirstOrDefault(outcome => outcome.Called is not null).Called;

    /// <summary>Why the first run that was taken back was; or what was believed of the first run.</summary>
    public string Example => outcomes.FirstOrDefault(outcome => outcome.RolledBackAt is not null) is { Reason: { } reason } ? reason : outcomes[0].Reason;

    /// <summary>Notes a run of Guardrail.</summary>
    public void Note(int run, GuardOutcome outcome, double bad)
    {
        outcomes[run] = outcome;
        Guard.Set(run, outcome.RolledBackAt ?? double.PositiveInfinity, bad);
    }
}
