using System.Text;
using Guardrail.Metrics.Signals;

namespace Guardrail.Metrics.Prometheus;

/// <summary>One series of an answer, held only while it is handed on. Only the labels that were asked for are kept.</summary>
internal sealed class SeriesRow
{
    private readonly byte[][] names;
    private readonly string?[] values;
    private readonly StringPool pool;

    public SeriesRow(IEnumerable<string> labels, StringPool pool)
    {
        names = [.. labels.Select(Encoding.UTF8.GetBytes)];
        values = new string?[names.Length];
        this.pool = pool;
    }

    /// <summary>Times (seconds since 1970) and values.</summary>
    public List<(double Time, double Value)> Points { get; } = [];

    /// <summary>Whether the series carries native histograms instead of numbers.</summary>
    public bool IsNativeHistogram { get; set; }

    /// <summary>The labels' values in the order they were asked for; null where the series lacks one.</summary>
    public ReadOnlySpan<string?> Labels => values;

    public void Clear()
    {
        Array.Clear(values);
        Points.Clear();
        IsNativeHistogram = false;
    }

    /// <summary>Index of a label that was asked for, or -1.</summary>
    public int Find(ref System.Text.Json.Utf8JsonReader propertyName)
    {
        for (var i = 0; i < names.Length; i++)
        {
            if (propertyName.ValueTextEquals(names[i]))
            {
                return i;
            }
        }

        return -1;
    }

    public void Set(int label, ref System.Text.Json.Utf8JsonReader value) =>
        values[label] = value.ValueIsEscaped ? pool.Get(value.GetString()) : pool.Get(value.ValueSpan);
}
