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
        .. from cell in result.Attributed
           from peer in cell.Cell.Tuned
           where peer.Delay.Share > Slack
           select new PeerWin(cell.Cell.Name, peer, Instead(cell, peer.Delay)),
    ];

    /// <summary>
    /// Per faulty cell the best of the rules tuned on the calm traffic of that service alone, where it does better. What it takes back over all
    /// healthy cells belongs to it.
    /// </summary>
    public static ImmutableArray<PeerWin> AtHome(CompareResult result) =>
    [
        .. from cell in result.Faulty
           let best = cell.Peers.Where(peer => peer.IsTunedAtHome).OrderBy(peer => peer.Delay.Median).ThenByDescending(peer => peer.Delay.Share).FirstOrDefault()
           where best is not null
           let how = Better(cell, best.Delay)
           where how.Length > 0
           select new PeerWin(cell.Name, best, $"{how}; over all healthy cells it takes {Wording.Percent(best.Rate.Rate)} back ({Wording.Percent(best.Rate.WorstRate)} in {best.Rate.WorstCell})"),
    ];

    private static string Instead(AttributedCell cell, Quantiles theirs) => string.Create(
        CultureInfo.InvariantCulture,
        $"takes {theirs.Share:P0} back, p50 {Wording.Seconds(theirs.Median)}; Guardrail holds and calls a person rightly in {(double)cell.Right / cell.Runs:P0}, takes {cell.Cell.Guard.Share:P0} back");

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
