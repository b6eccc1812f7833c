using System.Collections.Immutable;

namespace Guardrail.Engine.Evidence;

/// <summary>
/// How often each event happened in each hour (UTC) of earlier days, as far as the workload has been watched. A day counts half as much as the
/// one after it.
/// </summary>
internal sealed class SeasonalRates
{
    private const int Hours = 24;

    /// <summary>Fewest requests of an hour that say something of it.</summary>
    private const double FewestRequests = 200;

    private readonly double[] past;
    private readonly double[] current;
    private long hour = -1;

    public SeasonalRates(int events) => (past, current) = (new double[Hours * (events + 1)], new double[events + 1]);

    /// <summary>Share of requests with the event in the same hour of earlier days; zero when nothing is known.</summary>
    public double Rate(DateTimeOffset at, int index)
    {
        var row = past.AsSpan(RowOf(HourOf(at)), current.Length);
        return row[0] >= FewestRequests ? row[index + 1] / row[0] : 0;
    }

    /// <summary>Adds counts to the hour.</summary>
    public void Add(DateTimeOffset at, int index, double requests, double events)
    {
        if (HourOf(at) is var now && now != hour)
        {
            Close();
            hour = now;
        }

        current[0] += index == 0 ? requests : 0;
        current[index + 1] += events;
    }

    public SeasonalRatesState Capture() => new(hour, [.. past], [.. current]);

    public static SeasonalRates Restore(SeasonalRatesState state)
    {
        var rates = new SeasonalRates(state.Current.Length - 1) { hour = state.Hour };
        state.Past.CopyTo(rates.past);
        state.Current.CopyTo(rates.current);
        return rates;
    }

    private static long HourOf(DateTimeOffset at) => at.ToUnixTimeSeconds() / 3600;

    private int RowOf(long hourNumber) => (int)(hourNumber % Hours) * current.Length;

    private void Close()
    {
        if (hour >= 0 && current[0] > 0)
        {
            var row = past.AsSpan(RowOf(hour), current.Length);
            for (var i = 0; i < current.Length; i++)
            {
                row[i] = (row[i] / 2) + current[i];
            }
        }

        current.AsSpan().Clear();
    }
}

/// <summary>State of the hours, for snapshots.</summary>
public sealed record SeasonalRatesState(long Hour, ImmutableArray<double> Past, ImmutableArray<double> Current);
