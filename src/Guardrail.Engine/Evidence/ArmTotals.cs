using System.Collections.Immutable;
using Guardrail.Statistics;

namespace Guardrail.Engine.Evidence;

/// <summary>
/// What both arms were seen to serve while compared: in all, and over the newest ticks, so that a fault that set in late is not
/// diluted by the good hours before.
/// </summary>
internal sealed class ArmTotals
{
    /// <summary>Ticks that <see cref="Recent"/> looks back.</summary>
    private const int Window = 12;

    private readonly TwoArmTally[] all;
    private readonly TwoArmTally[] ring;
    private int ticks;

    public ArmTotals(int events)
    {
        all = new TwoArmTally[events];
        ring = new TwoArmTally[events * Window];
    }

    /// <summary>Ticks seen.</summary>
    public int Ticks => ticks;

    /// <summary>Everything so far for one event.</summary>
    public TwoArmTally All(int index) => all[index];

    /// <summary>The newest ticks for one event.</summary>
    public TwoArmTally Recent(int index) => Newest(index, Window);

    /// <summary>The newest so many ticks for one event, at most those of <see cref="Recent"/>.</summary>
    public TwoArmTally Newest(int index, int count)
    {
        var sum = default(TwoArmTally);
        for (var i = 1; i <= Math.Min(count, Math.Min(ticks, Window)); i++)
        {
            sum = Sum(sum, ring[((ticks - i) % Window * all.Length) + index]);
        }

        return sum;
    }

    /// <summary>Adds a tick: for each event the tallies of every stratum, one after the other.</summary>
    public void Add(ReadOnlySpan<TwoArmTally> tallies, int strata)
    {
        var row = ticks % Window * all.Length;
        for (var e = 0; e < all.Length; e++)
        {
            var sum = default(TwoArmTally);
            for (var s = 0; s < strata; s++)
            {
                sum = Sum(sum, tallies[(e * strata) + s]);
            }

            ring[row + e] = sum;
            all[e] = Sum(all[e], sum);
        }

        ticks++;
    }

    public ArmTotalsState Capture() => new(ticks, [.. all], [.. ring]);

    public static ArmTotals Restore(ArmTotalsState state)
    {
        var totals = new ArmTotals(state.All.Length) { ticks = state.Ticks };
        state.All.CopyTo(totals.all);
        state.Ring.CopyTo(totals.ring);
        return totals;
    }

    private static TwoArmTally Sum(in TwoArmTally a, in TwoArmTally b) => new(
        a.ControlTotal + b.ControlTotal, a.CanaryTotal + b.CanaryTotal, a.ControlEvents + b.ControlEvents, a.CanaryEvents + b.CanaryEvents);
}

/// <summary>State of the arms' totals, for snapshots.</summary>
public sealed record ArmTotalsState(int Ticks, ImmutableArray<TwoArmTally> All, ImmutableArray<TwoArmTally> Ring);
