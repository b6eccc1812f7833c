using System.Globalization;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Evidence;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;
using Guardrail.Statistics;

namespace Guardrail.Engine.Rollouts;

/// <summary>One signal of a restored revision against what was usual before the rollout.</summary>
internal sealed class RestoredSignal
{
    /// <summary>Up to so many times the usual rate is the usual.</summary>
    private const double Tolerance = 2;

    /// <summary>Fewest ticks that tell something.</summary>
    private const int FewestTicks = 3;

    private readonly RestoredSignalState told;
    private readonly ArmTotals totals;
    private readonly Disturbance disturbance;

    /// <summary>Begins to look at a signal.</summary>
    /// <param name="usual">What was usual.</param>
    /// <param name="index">The event that is looked at.</param>
    /// <param name="needed">Fewest requests that tell something.</param>
    public RestoredSignal(UsualLevel usual, int index, long needed)
    {
        var edge = usual.Edges.IsEmpty ? (double?)null : usual.Edges[index];
        (totals, disturbance) = (new ArmTotals(1), new Disturbance());
        told = new(usual.Signal, edge, usual.Rates[index], usual.Scatter[index], needed, totals.Capture(), disturbance.Capture());
    }

    private RestoredSignal(RestoredSignalState state) =>
        (told, totals, disturbance) = (state, ArmTotals.Restore(state.Totals), Disturbance.Restore(state.Disturbance));

    public SignalId Signal => told.Signal;

    /// <summary>Whether there was enough traffic to tell.</summary>
    public bool IsTold => Tally.CanaryTotal >= told.Needed && totals.Ticks >= FewestTicks;

    /// <summary>Whether it is worse than usual, and that matters.</summary>
    public bool IsBad(EffectGate gate)
    {
        var tally = Tally;
        return disturbance.IsOn || (tally.CanaryEvents >= gate.MinimumEvents && Exceeds(tally, gate));
    }

    /// <summary>Whether enough was seen, and it is what it used to be.</summary>
    public bool IsBack(EffectGate gate) => IsTold && !disturbance.IsOn && (Tally.CanaryEvents <= 1 || !Exceeds(Tally, gate));

    /// <summary>Takes over a finished tick.</summary>
    public void Observe(SignalTrack track, IPodArms arms, DateTimeOffset at)
    {
        var index = told.Edge is { } edge ? track.Ledger.Edges.IndexOf(edge) : 0;
        if (index < 0)
        {
            return;
        }

        var (requests, happened) = track.Sum(arms, Arm.Control, index);
        if (requests > 0)
        {
            totals.Add([new TwoArmTally(0, requests, 0, happened)], 1);
            disturbance.Observe(happened, requests, told.Rate, told.Scatter, at - TimeSpan.FromSeconds(track.Volume.Seconds), at);
        }
    }

    /// <summary>What was seen, in counts.</summary>
    public string Describe(RevisionId revision)
    {
        var what = told.Edge is { } edge ? string.Create(CultureInfo.InvariantCulture, $"answers slower than {edge:0.###} s") : "errors";
        var tally = Tally;
        var share = tally.CanaryTotal == 0 ? 0 : 100.0 * tally.CanaryEvents / tally.CanaryTotal;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Signal}: {Quantity.Of(tally.CanaryEvents, what)} in {Quantity.Of(tally.CanaryTotal, "requests")} of {revision} since it is back ({share:0.##} %), "
            + $"before the rollout at most {100 * told.Rate:0.##} %");
    }

    public RestoredSignalState Capture() => told with { Totals = totals.Capture(), Disturbance = disturbance.Capture() };

    public static RestoredSignal Restore(RestoredSignalState state) => new(state);

    /// <summary>The newest minute when that is enough, so that a bad beginning does not count for ever; else everything.</summary>
    private TwoArmTally Tally => totals.Recent(0) is var recent && recent.CanaryTotal >= told.Needed ? recent : totals.All(0);

    private bool Exceeds(in TwoArmTally tally, EffectGate gate)
    {
        var share = tally.CanaryTotal == 0 ? 0 : (double)tally.CanaryEvents / tally.CanaryTotal;
        return share > Tolerance * told.Rate && share - told.Rate >= gate.MinimumRateDifference;
    }
}

/// <summary>State of a signal after a rollback, for snapshots.</summary>
/// <param name="Signal">The signal.</param>
/// <param name="Edge">The histogram edge looked at, in seconds; null when the signal has exactly one event.</param>
/// <param name="Rate">Highest usual share of requests with the event.</param>
/// <param name="Scatter">Usual dispersion of its counts.</param>
/// <param name="Needed">Fewest requests that tell something.</param>
/// <param name="Totals">What was counted.</param>
/// <param name="Disturbance">Whether it is in trouble.</param>
public sealed record RestoredSignalState(
    SignalId Signal, double? Edge, double Rate, double Scatter, long Needed, ArmTotalsState Totals, DisturbanceState Disturbance);
