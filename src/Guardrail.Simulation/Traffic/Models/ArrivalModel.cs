using System.Collections.Immutable;

namespace Guardrail.Simulation.Traffic.Models;

/// <summary>
/// How requests arrive at a service: a Poisson process whose rate swings over the day, wanders by an Ornstein–Uhlenbeck process
/// and rises in surges (detection.md section 5).
/// </summary>
public sealed record ArrivalModel
{
    private const double DaySeconds = 86400;

    /// <summary>Mean rate over a day in requests per second, at least 0. Default 10.</summary>
    public double RequestsPerSecond { get; init => field = Bounds.NotNegative(value, nameof(RequestsPerSecond)); } = 10;

    /// <summary>Recorded rates instead: each holds from its time until the next. Default: none.</summary>
    public ImmutableArray<TracePoint> Trace { get; init; } = [];

    /// <summary>Swing of the rate over the day as a share of the mean, 0 to 1. Default 0.5.</summary>
    public double DiurnalSwing { get; init => field = Bounds.Fraction(value, nameof(DiurnalSwing)); } = 0.5;

    /// <summary>Time of day at which the simulation starts; at 0 the rate is the mean and rises. Default 0.</summary>
    public TimeSpan TimeOfDay { get; init => field = Bounds.NotNegative(value, nameof(TimeOfDay)); }

    /// <summary>Standard deviation of the logarithm of the rate. Default 0.1.</summary>
    public double NoiseSigma { get; init => field = Bounds.NotNegative(value, nameof(NoiseSigma)); } = 0.1;

    /// <summary>Time over which that noise forgets itself. Default 5 minutes.</summary>
    public TimeSpan NoiseTau { get; init => field = Bounds.Positive(value, nameof(NoiseTau)); } = TimeSpan.FromMinutes(5);

    /// <summary>Surges of the rate: flash crowds, or dips below 1. Default: none.</summary>
    public ImmutableArray<Surge> Surges { get; init; } = [];

    /// <summary>
    /// Concentration of the split between pods: each pod's share is drawn from a gamma number of this shape, so 50 means a spread of
    /// 14 %. Default 50; infinity splits evenly.
    /// </summary>
    public double SplitConcentration { get; init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value)); } = 50;

    /// <summary>How long a split between pods lasts before it is drawn again. Default 15 s.</summary>
    public TimeSpan SplitPeriod { get; init => field = Bounds.Positive(value, nameof(SplitPeriod)); } = TimeSpan.FromSeconds(15);

    /// <summary>Mean number of requests between two times since the start, without the noise: the exact integral of the rate.</summary>
    /// <param name="from">Start of the interval.</param>
    /// <param name="to">End of the interval, not before its start.</param>
    public double MeanRequests(TimeSpan from, TimeSpan to)
    {
        var mean = Integral(from, to);
        foreach (var surge in Surges)
        {
            var start = from > surge.Start ? from : surge.Start;
            var end = to < surge.Start + surge.Duration ? to : surge.Start + surge.Duration;
            if (end > start)
            {
                mean += (surge.Factor - 1) * Integral(start, end);
            }
        }

        return Math.Max(0, mean);
    }

    /// <summary>What is left of it from a time on, which becomes its start.</summary>
    internal ArrivalModel From(TimeSpan begin) => this with
    {
        TimeOfDay = TimeOfDay + begin,
        Trace = [.. Trace.Select(t => t with { At = t.At - begin })],
        Surges =
        [
            .. Surges.Where(s => s.Start + s.Duration > begin).Select(s => s with
            {
                Start = s.Start > begin ? s.Start - begin : TimeSpan.Zero,
                Duration = s.Start < begin ? s.Duration - (begin - s.Start) : s.Duration,
            }),
        ],
    };

    private double Integral(TimeSpan from, TimeSpan to)
    {
        if (!Trace.IsEmpty)
        {
            return Traced(from, to);
        }

        var flat = (to - from).TotalSeconds;
        if (DiurnalSwing == 0)
        {
            return RequestsPerSecond * flat;
        }

        const double omega = 2 * Math.PI / DaySeconds;
        var a = omega * (from + TimeOfDay).TotalSeconds;
        var b = omega * (to + TimeOfDay).TotalSeconds;
        // cos a - cos b written as a product: over short steps the difference of the cosines would cancel.
        var swing = 2 * Math.Sin((a + b) / 2) * Math.Sin((b - a) / 2) / omega;
        return RequestsPerSecond * (flat + (DiurnalSwing * swing));
    }

    private double Traced(TimeSpan from, TimeSpan to)
    {
        var (low, high) = (0, Trace.Length);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            (low, high) = Trace[middle].At <= from ? (middle, high) : (low, middle);
        }

        var sum = 0.0;
        for (var i = low; i < Trace.Length && (i == low || Trace[i].At < to); i++)
        {
            var start = i == low ? from : Trace[i].At;
            var end = i + 1 < Trace.Length && Trace[i + 1].At < to ? Trace[i + 1].At : to;
            sum += Trace[i].RequestsPerSecond * (end - start).TotalSeconds;
        }

        return sum;
    }
}

/// <summary>A recorded rate.</summary>
/// <param name="At">From when on, since the start.</param>
/// <param name="RequestsPerSecond">Requests per second, at least 0.</param>
public readonly record struct TracePoint(TimeSpan At, double RequestsPerSecond);

/// <summary>A window in which the rate is multiplied.</summary>
public sealed record Surge
{
    /// <summary>When it begins, since the start.</summary>
    public required TimeSpan Start { get; init => field = Bounds.NotNegative(value, nameof(Start)); }

    /// <summary>How long it lasts.</summary>
    public required TimeSpan Duration { get; init => field = Bounds.Positive(value, nameof(Duration)); }

    /// <summary>What the rate is multiplied by, at least 0; a flash crowd is 3.</summary>
    public required double Factor { get; init => field = Bounds.NotNegative(value, nameof(Factor)); }
}
