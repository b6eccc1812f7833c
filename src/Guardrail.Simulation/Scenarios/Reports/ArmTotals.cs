using Guardrail.Statistics;

namespace Guardrail.Simulation.Scenarios.Reports;

/// <summary>What one arm of a rollout has served since the new revision is there.</summary>
/// <param name="Requests">Requests answered.</param>
/// <param name="Errors">Of them, errors.</param>
internal readonly record struct ArmTotals(long Requests, long Errors)
{
    private const double Alpha = 0.05;

    // That of the intervals in Guardrail's own reasons.
    private const double TightestAt = 10_000;

    /// <summary>Share of errors; NaN without requests.</summary>
    public double Rate => Requests == 0 ? double.NaN : (double)Errors / Requests;

    /// <summary>With a tick more.</summary>
    public ArmTotals And(ArmTick? tick) => tick is null ? this : new(Requests + tick.Requests, Errors + tick.Errors);

    /// <summary>Interval of the rate that is right at every moment at once with 95 %, if requests fail independently; null without requests.</summary>
    public Interval? Interval() => Requests == 0 ? null : RateInterval.For(Errors, Requests, Alpha, TightestAt);
}
