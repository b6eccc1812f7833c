using System.Collections.Immutable;
using System.Globalization;

namespace Guardrail.Detection.Comparison;

/// <summary>Something the comparison has to show.</summary>
/// <param name="Text">What.</param>
/// <param name="Measured">What was measured.</param>
/// <param name="Holds">Whether it holds.</param>
internal sealed record Claim(string Text, string Measured, bool Holds);

/// <summary>What the comparison has to show, held against what it found.</summary>
internal static class Claims
{
    private const double MostFalse = 0.001;
    private const double MostUpper = 0.002;
    private const double MostlyRight = 0.95;

    private static readonly ImmutableArray<(string Cell, double Seconds)> Delays =
    [
        ("0.10 % → 5.00 % at 1000 rps", 20),
        ("0.10 % → 5.00 % at 100 rps", 35),
        ("0.10 % → 1.00 % at 1000 rps", 35),
        ("+1 s on 2.0 %", 25),
        ("100 % of requests vanish in the canary", 30),
        ("all requests vanish after 100 %", 30),
    ];

    /// <summary>Every claim for whose cells there are results.</summary>
    public static ImmutableArray<Claim> Of(CompareResult result)
    {
        var claims = ImmutableArray.CreateBuilder<Claim>();
        var worst = result.Healthy.MaxBy(cell => cell.Upper)!;
        claims.Add(new(
            "At most 1 false rollback in 1,000 healthy rollouts in every healthy cell, upper 95 % limit below 2 in 1,000",
            Text($"{result.Healthy.Sum(cell => cell.False)} of {result.Healthy.Sum(cell => cell.Runs):#,0} in all; worst cell {worst.Name}: {worst.False} of {worst.Runs:#,0}, upper limit {worst.Upper * 1000:0.00} in 1,000"),
            (double)worst.False / worst.Runs <= MostFalse && worst.Upper < MostUpper));
        foreach (var (name, seconds) in Delays)
        {
            if (result.Faulty.FirstOrDefault(cell => cell.Name == name) is { } cell)
            {
                claims.Add(new($"{name}: median delay at most {seconds:0} s", Wording.Delay(cell.Guard), cell.Guard.Median <= seconds));
                claims.Add(Lead(cell));
            }
        }

        foreach (var cell in result.Attributed)
        {
            claims.Add(new(
                $"{cell.Cell.Name}: {Wording.Answer(cell.Answer)} in 19 of 20 runs",
                Text($"{cell.Right:#,0} of {cell.Runs:#,0}; taken back {cell.Cell.Guard.Detected:#,0}; called after {Wording.Seconds(cell.MedianCall)} (median)"),
                cell.Right >= MostlyRight * cell.Runs));
        }

        return claims.ToImmutable();
    }

    private static Claim Lead(FaultyCell cell)
    {
        var text = $"{cell.Name}: five times as fast as the fastest tuned rule, a tenth of its bad requests";
        if (cell.Fastest is not { } peer)
        {
            return new(
                text, (double.IsFinite(cell.Guard.Median) ? "no tuned rule finds half of them" : "nobody finds half of them") + Home(cell), double.IsFinite(cell.Guard.Median));
        }

        var (faster, bad) = (peer.Delay.Median / cell.Guard.Median, cell.Guard.Bad / peer.Delay.Bad);
        return new(
            text,
            Text($"{peer.Name} takes {Wording.Seconds(peer.Delay.Median)} and {peer.Delay.Bad:#,0} bad requests, Guardrail {Wording.Seconds(cell.Guard.Median)} and {cell.Guard.Bad:#,0}: {faster:0.0} times as fast, {bad:P0} of the bad requests{Home(cell)}"),
            faster >= 5 && bad <= 0.1);
    }

    // What is claimed is claimed of rules tuned over all healthy cells; what an operator could do who tunes for calm days only stands beside it.
    private static string Home(FaultyCell cell) => cell.FastestAtHome is not { } peer
        ? string.Empty
        : Text($". Tuned on this service's calm traffic alone: {peer.Name} {Wording.Seconds(peer.Delay.Median)}, {peer.Delay.Bad:#,0} bad requests, but {peer.AtHomePrice}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
