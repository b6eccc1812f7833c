using System.Globalization;

namespace Guardrail.Reporting;

/// <summary>Where an axis begins and ends, and where it is marked.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end, above <paramref name="Low"/>.</param>
/// <param name="Marks">Marked values between the ends.</param>
/// <param name="IsLogarithmic">Whether the axis is logarithmic.</param>
public sealed record AxisTicks(double Low, double High, IReadOnlyList<double> Marks, bool IsLogarithmic)
{
    private const int MostDecades = 12;
    private const double Day = 86400;

    private static readonly double[] TimeSteps =
        [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, Day, 2 * Day, 7 * Day];

    /// <summary>The axis of these values.</summary>
    /// <param name="values">The values; those that are not finite, or not above 0 on a logarithmic axis, are left out.</param>
    /// <param name="isLogarithmic">Whether the axis is logarithmic.</param>
    /// <param name="wanted">About how many marks there should be, at least 2.</param>
    public static AxisTicks Of(IEnumerable<double> values, bool isLogarithmic, int wanted)
    {
        var usable = values.Where(value => double.IsFinite(value) && (!isLogarithmic || value > 0)).ToList();
        var (low, high) = usable.Count == 0 ? (isLogarithmic ? 1 : 0, isLogarithmic ? 10 : 1) : (usable.Min(), usable.Max());
        return isLogarithmic ? Logarithmic(low, high, wanted) : Linear(Math.Min(0, low), high, wanted);
    }

    /// <summary>The axis of these values, as it is described.</summary>
    /// <param name="values">The values.</param>
    /// <param name="axis">What is wanted of the axis.</param>
    /// <param name="wanted">About how many marks there should be, at least 2.</param>
    public static AxisTicks Of(IEnumerable<double> values, PlotAxis axis, int wanted)
    {
        var (low, high) = (axis.Low ?? double.NegativeInfinity, axis.High ?? double.PositiveInfinity);
        var all = values.Where(double.IsFinite).Select(value => Math.Min(Math.Max(value, low), high)).Append(low).Append(high);
        return axis.IsTime ? OfTime(all, wanted) : Of(all, axis.IsLogarithmic, wanted);
    }

    /// <summary>The axis of moments: from the first to the last, marked at whole seconds, minutes, hours or days.</summary>
    /// <param name="seconds">The moments; those that are not finite are left out.</param>
    /// <param name="wanted">About how many marks there should be, at least 2.</param>
    public static AxisTicks OfTime(IEnumerable<double> seconds, int wanted)
    {
        var usable = seconds.Where(double.IsFinite).ToList();
        var (low, high) = usable.Count == 0 ? (0, 1) : (usable.Min(), usable.Max());
        high = high > low ? high : low + 1;
        var step = TimeSteps.FirstOrDefault(size => (high - low) / size <= wanted, TimeSteps[^1] * Math.Ceiling((high - low) / TimeSteps[^1] / wanted));
        var first = Math.Ceiling((low / step) - 1e-9);
        var count = (int)(Math.Floor((high / step) + 1e-9) - first) + 1;
        return new(low, high, [.. Enumerable.Range(0, Math.Max(0, count)).Select(i => (first + i) * step)], false);
    }

    /// <summary>Where a value lies between the ends, from 0 to 1; values beyond lie at the ends.</summary>
    public double Position(double value)
    {
        if (IsLogarithmic)
        {
            return value <= Low ? 0 : Math.Clamp(Math.Log(value / Low) / Math.Log(High / Low), 0, 1);
        }

        return Math.Clamp((value - Low) / (High - Low), 0, 1);
    }

    /// <summary>A number, written shortly.</summary>
    public static string Plain(double value) => Math.Abs(value) switch
    {
        0 => "0",
        >= 10_000 => value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 0.001 => value.ToString("#,0.####", CultureInfo.InvariantCulture),
        _ => value.ToString("0.#e0", CultureInfo.InvariantCulture),
    };

    /// <summary>A share, written as a percentage.</summary>
    public static string Percent(double share) => Plain(share * 100) + " %";

    private static AxisTicks Linear(double low, double high, int wanted)
    {
        high = high > low ? high : low + 1;
        var rough = (high - low) / wanted;
        var magnitude = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = new[] { 1, 2, 5, 10 }.First(factor => factor * magnitude >= rough * 0.999) * magnitude;
        var first = Math.Floor(low / step);
        var last = Math.Ceiling((high / step) - 1e-9);
        return new(first * step, last * step, [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => (first + i) * step)], false);
    }

    private static AxisTicks Logarithmic(double low, double high, int wanted)
    {
        // Half a decade of room, so that a single value does not make an empty axis.
        var first = Math.Floor(Math.Log10(low) + 1e-9);
        var last = Math.Max(first + 1, Math.Ceiling(Math.Log10(high) - 1e-9));
        first = Math.Max(first, last - MostDecades);
        var decades = (int)(last - first);
        var every = Math.Max(1, (int)Math.Ceiling((double)decades / wanted));
        double[] fine = decades <= wanted / 3 ? [1, 2, 5] : [1];
        var marks = Enumerable.Range(0, decades + 1)
            .Where(i => i % every == 0)
            .SelectMany(i => fine.Select(factor => factor * Math.Pow(10, first + i)))
            .Where(mark => mark <= Math.Pow(10, last) * 1.000001);
        return new(Math.Pow(10, first), Math.Pow(10, last), [.. marks], true);
    }
}
