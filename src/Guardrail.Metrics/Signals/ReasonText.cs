using System.Globalization;

namespace Guardrail.Metrics.Signals;

/// <summary>Makes what came from outside fit to stand in a sentence for people.</summary>
internal static class ReasonText
{
    private const int LongestQuote = 200;
    private const int MostEdges = 4;

    /// <summary>The text without control characters, cut at 200 characters.</summary>
    public static string Clip(string text)
    {
        var clean = string.Create(Math.Min(text.Length, LongestQuote), text, static (target, source) =>
        {
            for (var i = 0; i < target.Length; i++)
            {
                target[i] = char.IsControl(source[i]) ? ' ' : source[i];
            }
        }).Trim();
        return text.Length > LongestQuote ? clean + "…" : clean;
    }

    /// <summary>The first edges of a histogram.</summary>
    public static string Edges(double[] edges)
    {
        var shown = string.Join(", ", edges.Take(MostEdges).Select(static edge => edge.ToString("R", CultureInfo.InvariantCulture)));
        return edges.Length == 0 ? "(none)" : edges.Length > MostEdges ? $"({shown}, …)" : $"({shown})";
    }

    /// <summary>The reason that most share, the earliest of equals.</summary>
    public static string Commonest(IEnumerable<string> reasons) =>
        reasons.GroupBy(static reason => reason, StringComparer.Ordinal).OrderByDescending(static group => group.Count()).First().Key;
}
