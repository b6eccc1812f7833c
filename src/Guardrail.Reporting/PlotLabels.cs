
namespace Guardrail.Reporting;

/// <summary>Places text in drawings so that none lies on another.</summary>
public static class PlotLabels
{
    /// <summary>Width of an ordinary letter of the drawings' text, which is 13 high.</summary>
    public const double LetterWidth = 6.7;

    /// <summary>Rows for labels above a drawing.</summary>
    public const int MostRows = 3;

    /// <summary>About how wide a text is.</summary>
    public static double Width(string text) => text.Length * LetterWidth;

    /// <summary>Pushes heights apart that are closer than <paramref name="distance"/>, in their order, and keeps them between two ends if they fit.</summary>
    /// <param name="wanted">The wished heights.</param>
    /// <param name="distance">Least distance of two.</param>
    /// <param name="top">Upper end.</param>
    /// <param name="bottom">Lower end.</param>
    public static double[] Spread(IReadOnlyList<double> wanted, double distance, double top, double bottom)
    {
        int[] order = [.. Enumerable.Range(0, wanted.Count).OrderBy(i => wanted[i])];
        var places = new double[wanted.Count];
        var next = top;
        foreach (var i in order)
        {
            places[i] = Math.Max(wanted[i], next);
            next = places[i] + distance;
        }

        var last = bottom;
        foreach (var i in order.Reverse())
        {
            places[i] = Math.Min(places[i], last);
            last = places[i] - distance;
        }

        return places;
    }

    /// <summary>Gives each text a row in which it lies on no other; null for those for which there is no room.</summary>
    /// <param name="texts">Left end and text, in order from the left.</param>
    public static int?[] Rows(IReadOnlyList<(double Left, string Text)> texts)
    {
        var free = new double[MostRows];
        Array.Fill(free, double.NegativeInfinity);
        return [.. texts.Select(text =>
        {
            var row = Array.FindIndex(free, end => end <= text.Left);
            if (row < 0)
            {
                return (int?)null;
            }

            free[row] = text.Left + Width(text.Text) + 8;
            return row;
        })];
    }
}
