using System.Collections.Immutable;
using System.Globalization;

namespace Guardrail.Detection.Comparison;

/// <summary>Where another rule does better than Guardrail.</summary>
/// <param name="Cell">The faulty cell.</param>
/// <param name="Peer">The rule and its setting.</param>
/// <param name="How">In what.</param>
internal sealed record PeerWin(string Cell, PeerDelay Peer, string How)
{
    // By less than this the shares of runs found are not told apart.
    private const double Slack = 0.05;

    /// <summary>
    /// Every win of a tuned rule. Rules at defaults that take more than one healthy release in a hundred back are not in it: they are
    /// quick because they fire.
    /// </summary>
    public static ImmutableArray<PeerWin> Of(CompareResult result) =>
    [
        .. from cell in result.Faulty
           from peer in cell.Tuned
           let how = Better(cell, peer.Delay)
           where how.Length > 0
           select new PeerWin(cell.Name, peer, how),
    ];

    private static string Better(FaultyCell cell, Quantiles theirs)
    {
        var ours = cell.Guard;
        var paged = (double)cell.Paged / (ours.Runs + ours.Early);
        var quicker = theirs.Median < ours.Median;
        var more = theirs.Share > ours.Share + Slack;
        return quicker || more
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"takes {theirs.Share:P0} back, p50 {Wording.Seconds(theirs.Median)}; Guardrail {ours.Share:P0}, p50 {Wording.Seconds(ours.Median)}{(paged > Slack ? $", and calls a person in {paged:P0}" : string.Empty)}")
            : string.Empty;
    }
}
