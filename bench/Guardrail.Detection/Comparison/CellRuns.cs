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

    /// <summary>Why the first run that was taken back was; or what was believed of the first run.</summary>
    public string Example => outcomes.FirstOrDefault(outcome => outcome.RolledBackAt is not null) is { Reason: { } reason } ? reason : outcomes[0].Reason;

    /// <summary>Notes a run of Guardrail.</summary>
    public void Note(int run, GuardOutcome outcome, double bad)
    {
        outcomes[run] = outcome;
        Guard.Set(run, outcome.RolledBackAt ?? double.PositiveInfinity, bad);
    }
}
