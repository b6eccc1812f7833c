using System.Collections.Immutable;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Observations;

/// <summary>What a metric source told at one moment: raw cumulative counters, or why there are none.</summary>
/// <param name="At">When the source was asked.</param>
/// <param name="Signals">One entry per signal asked for; never fewer.</param>
public sealed record MetricReport(DateTimeOffset At, ImmutableArray<SignalReport> Signals);

/// <summary>What a metric source told of one signal. Closed: counters, or the reason why there are none.</summary>
public abstract record SignalReport
{
    private SignalReport(SignalId signal) => Signal = signal;

    /// <summary>The signal.</summary>
    public SignalId Signal { get; }

    /// <summary>The counters of every pod that the source could read.</summary>
    public sealed record Counters : SignalReport
    {
        /// <summary>Makes the report of one signal.</summary>
        /// <param name="signal">The signal.</param>
        /// <param name="edges">
        /// For a latency signal the upper edges of its histogram in seconds, ascending, without +Inf: <see cref="CounterSeries.Events"/>[i]
        /// counts requests slower than edge i. Empty for every other signal, whose series hold exactly one event counter.
        /// </param>
        /// <param name="pods">One reading per pod; a pod that could not be read is left out and named in <paramref name="unread"/>.</param>
        /// <param name="unread">Pods that were asked and could not be read, with the reason.</param>
        public Counters(SignalId signal, ImmutableArray<double> edges, ImmutableArray<PodReading> pods, ImmutableArray<UnreadPod> unread)
            : base(signal) => (Edges, Pods, Unread) = (edges, pods, unread);

        /// <summary>Upper histogram edges in seconds, ascending, without +Inf; empty when the signal is no latency signal.</summary>
        public ImmutableArray<double> Edges { get; }

        /// <summary>One reading per pod.</summary>
        public ImmutableArray<PodReading> Pods { get; }

        /// <summary>Pods that were asked and could not be read.</summary>
        public ImmutableArray<UnreadPod> Unread { get; }
    }

    /// <summary>The source could tell nothing of the signal. Never to be read as zero.</summary>
    public sealed record NoEvidence : SignalReport
    {
        /// <summary>Makes the report.</summary>
        /// <param name="signal">The signal.</param>
        /// <param name="reason">Why, in one sentence for people, such as "Prometheus at http://… answered 503".</param>
        public NoEvidence(SignalId signal, string reason)
            : base(signal) => Reason = reason;

        /// <summary>Why, in one sentence for people.</summary>
        public string Reason { get; }
    }
}

/// <summary>A pod whose counters could not be read.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="Reason">Why, in one sentence for people.</param>
public sealed record UnreadPod(PodId Pod, string Reason);

/// <summary>The raw cumulative counters of one pod for one signal, all from the same scrape.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="At">When the counters were scraped; a reading whose time has not moved is the same scrape again, not a new tick.</param>
/// <param name="Series">One series per stratum (route); a signal without strata has one series whose stratum is empty.</param>
public sealed record PodReading(PodId Pod, DateTimeOffset At, ImmutableArray<CounterSeries> Series)
{
    /// <summary>Largest count taken over: up to here a double, which is what counters are, counts in ones.</summary>
    private const long Largest = 1L << 53;

    /// <summary>Why the reading cannot be taken over; null when it can.</summary>
    internal string? Fault(int events)
    {
        if (Series.IsDefault)
        {
            return "the reading has no list of series";
        }

        foreach (var series in Series)
        {
            if (series.Stratum is null || series.Events.IsDefault || series.Events.Length != events)
            {
                return $"a series has {(series.Events.IsDefault ? 0 : series.Events.Length)} event counters where {events} are expected";
            }

            var fits = series.Total is >= 0 and <= Largest;
            foreach (var count in series.Events)
            {
                fits &= count is >= 0 and <= Largest;
            }

            if (!fits)
            {
                return "a counter is negative or above 2^53";
            }
        }

        return null;
    }
}

/// <summary>Cumulative counts since the pod's process started.</summary>
/// <param name="Stratum">Route or other stratum; empty when the signal is not stratified.</param>
/// <param name="Total">Requests so far.</param>
/// <param name="Events">Events so far among them, one counter per histogram edge, or exactly one.</param>
public readonly record struct CounterSeries(string Stratum, long Total, ImmutableArray<long> Events);
