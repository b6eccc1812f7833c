namespace Guardrail.Engine.Evidence;

/// <summary>
/// Whether a workload serves worse now than it usually does, and since when: a CUSUM of its bad events against twice their usual rate, capped per
/// tick. It decides nothing by itself: it says whose trouble began first (detection.md 1.8, 1.9: veto).
/// </summary>
internal sealed class Disturbance
{
    private const double HealthyRatio = 2;
    private const double TroubleRatio = 6;

    /// <summary>Most that one tick can add, in nats.</summary>
    private const double Cap = 3;

    /// <summary>What the level loses every tick, in nats: a usual rate near zero says nothing of a good tick.</summary>
    private const double Leak = 0.5;

    /// <summary>Highest level kept, so that the end of a long disturbance is seen soon.</summary>
    private const double Ceiling = 8;

    private static readonly double LogRatio = Math.Log(TroubleRatio / HealthyRatio);
    private static readonly double Threshold = Statistics.Evidence.HoldThreshold;
    private static readonly double Certainty = Math.Log(1000);

    /// <summary>After so long trouble is the usual, and is measured anew.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromMinutes(30);

    /// <summary>What was usual when the rise began: what is learned during an outage is not.</summary>
    private double usualRate;
    private double usualDispersion = 1;

    /// <summary>Until when the workload is known to have served as usual: trouble may have begun at any time since.</summary>
    private DateTimeOffset? seenUntil;

    /// <summary>The CUSUM, in nats, at least 0.</summary>
    public double Level { get; private set; }

    /// <summary>When the newest rise began; null while there is none.</summary>
    public DateTimeOffset? Since => Onset?.From;

    /// <summary>The first tick of the newest rise; null while there is none.</summary>
    public Onset? Onset { get; private set; }

    /// <summary>Whether the workload is in trouble.</summary>
    public bool IsOn => Level >= Threshold;

    /// <summary>Whether that is beyond doubt: a CUSUM reaches this level by chance less than once in a thousand ticks at twice the usual rate.</summary>
    public bool IsCertain => Level >= Certainty;

    /// <summary>Bad events since the newest rise began.</summary>
    public long Events { get; private set; }

    /// <summary>Requests since the newest rise began.</summary>
    public long Requests { get; private set; }

    /// <summary>Share of bad events that was usual when the newest rise began.</summary>
    public double UsualRate => usualRate;

    /// <summary>Adds a tick.</summary>
    /// <param name="count">Bad events.</param>
    /// <param name="requests">Requests.</param>
    /// <param name="rate">Usual share of bad events.</param>
    /// <param name="dispersion">Usual dispersion of the counts.</param>
    /// <param name="began">When the tick began.</param>
    /// <param name="ended">When it ended.</param>
    public void Observe(long count, long requests, double rate, double dispersion, DateTimeOffset began, DateTimeOffset ended)
    {
        if (requests <= 0)
        {
            return;
        }

        if (Since is null || began - Since > Longest)
        {
            (usualRate, usualDispersion, Level, Onset) = (rate, dispersion, 0, null);
        }

        var gain = ((count * LogRatio) - (usualRate * requests * (TroubleRatio - HealthyRatio))) / usualDispersion;
        Level = Math.Clamp(Level + Math.Min(gain, Cap) - Leak, 0, Ceiling);
        (Events, Requests) = Level <= 0 ? (0, 0) : Onset is null ? (count, requests) : (Events + count, Requests + requests);
        Onset = Level > 0 ? Onset ?? new(seenUntil < began ? seenUntil.Value : began, ended, count, requests, usualDispersion) : null;
        seenUntil = ended;
    }

    public DisturbanceState Capture() => new(Level, Onset, Events, Requests, seenUntil, usualRate, usualDispersion);

    public static Disturbance Restore(DisturbanceState state) => new()
    {
        Level = state.Level,
        Onset = state.Onset,
        Events = state.Events,
        Requests = state.Requests,
        seenUntil = state.SeenUntil,
        usualRate = state.UsualRate,
        usualDispersion = state.UsualDispersion,
    };
}

/// <summary>State of a disturbance, for snapshots.</summary>
public sealed record DisturbanceState(
    double Level, Onset? Onset, long Events, long Requests, DateTimeOffset? SeenUntil, double UsualRate, double UsualDispersion);
