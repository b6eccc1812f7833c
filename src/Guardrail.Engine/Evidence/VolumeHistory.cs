using System.Collections.Immutable;

namespace Guardrail.Engine.Evidence;

/// <summary>
/// Requests per second over the last hour, in stretches of two minutes. The least of them is what may be expected to go on: a crowd that came and
/// leaves again is not taken for the usual (detection.md 1.8).
/// </summary>
internal sealed class VolumeHistory
{
    private const double StretchSeconds = 120;
    private const int Stretches = 30;

    /// <summary>Fewest whole stretches that make a forecast.</summary>
    private const int FewestStretches = 3;

    private readonly double[] rates = new double[Stretches];
    private int count;
    private double requests;
    private double seconds;

    /// <summary>The least rate, in requests per second; null while there is less than six minutes of history.</summary>
    public double? Least
    {
        get
        {
            if (count < FewestStretches)
            {
                return null;
            }

            var least = double.PositiveInfinity;
            for (var i = 0; i < Math.Min(count, Stretches); i++)
            {
                least = Math.Min(least, rates[i]);
            }

            return least;
        }
    }

    /// <summary>The mean rate of the hour, in requests per second; null while there is less than six minutes of history.</summary>
    public double? Mean
    {
        get
        {
            var sum = 0.0;
            var known = Math.Min(count, Stretches);
            for (var i = 0; i < known; i++)
            {
                sum += rates[i];
            }

            return count < FewestStretches ? null : sum / known;
        }
    }

    /// <summary>Adds a tick.</summary>
    public void Add(long tickRequests, double tickSeconds)
    {
        requests += tickRequests;
        seconds += tickSeconds;
        if (seconds >= StretchSeconds)
        {
            rates[count % Stretches] = requests / seconds;
            count++;
            (requests, seconds) = (0, 0);
        }
    }

    public VolumeHistoryState Capture() => new([.. rates], count, requests, seconds);

    public static VolumeHistory Restore(VolumeHistoryState state)
    {
        var history = new VolumeHistory { count = state.Count, requests = state.Requests, seconds = state.Seconds };
        state.Rates.CopyTo(history.rates);
        return history;
    }
}

/// <summary>State of the volume's history, for snapshots.</summary>
public sealed record VolumeHistoryState(ImmutableArray<double> Rates, int Count, double Requests, double Seconds);
