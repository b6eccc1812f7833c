using System.Collections.Immutable;
using System.Globalization;

namespace Guardrail.Detection.Comparison;

/// <summary>Where other rules do better than Guardrail.</summary>
/// <param name="Cell">The faulty cell.</param>
/// <param name="Peer">The best of those rules, and its setting.</param>
/// <param name="How">In what.</param>
internal sealed record PeerWin(string Cell, PeerDelay Peer, string How)
{
    /// <summary>Further rules that do better in the cell.</summary>
    public int Others { get; init; }

    /// <summary>In what, and how many others do.</summary>
    public string Sentence => Others == 0 ? How : $"{How}; {Others} more tuned rules do better";

    // By less than this the shares of runs found are not told apart.
    private const double Slack = 0.05;

    /// <summary>
    /// The best tuned rule of every cell in which one does better. Rules at defaults that take more than one healthy release in a hundred back are not in it: they are
    /// quick because they fire.
    /// </summary>
    public static ImmutableArray<PeerWin> Of(CompareResult result) =>
    [
        .. from cell in result.Faulty
           let better = cell.Tuned.Where(peer => Better(cell, peer.Delay).Length > 0).ToList()
           where better.Count > 0
           select new PeerWin(cell.Name, better[0], Better(cell, better[0].Delay)) { Others = better.Count - 1 },
        .. from cell in result.Attributed
           let back = cell.Cell.Tuned.Where(peer => peer.Delay.Share > Slack).ToList()
           where back.Count > 0
           select new PeerWin(cell.Cell.Name, back[0], Instead(cell, back[0].Delay)) { Others = back.Count - 1 },
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
           select new PeerWin(cell.Name, best, $"{how}; it {best.AtHomePrice}"),
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
