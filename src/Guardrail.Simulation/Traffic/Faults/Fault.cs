using Guardrail.Simulation.Traffic.Models;

namespace Guardrail.Simulation.Traffic.Faults;

/// <summary>What is wrong with a revision. Closed; when and where it acts is the business of <see cref="ScheduledFault"/>.</summary>
public abstract record Fault
{
    private Fault()
    {
    }

    /// <summary>The base error rate is multiplied.</summary>
    public sealed record ErrorMultiple : Fault
    {
        /// <summary>Makes the fault.</summary>
        /// <param name="factor">Factor, at least 1.</param>
        public ErrorMultiple(double factor) => Factor = Bounds.AtLeastOne(factor, nameof(factor));

        /// <summary>Factor, at least 1.</summary>
        public double Factor { get; }
    }

    /// <summary>A share of requests fails with 500 on top of the base rate.</summary>
    public sealed record ErrorRate : Fault
    {
        /// <summary>Makes the fault.</summary>
        /// <param name="rate">Share of requests, 0 to 1.</param>
        public ErrorRate(double rate) => Rate = Bounds.Fraction(rate, nameof(rate));

        /// <summary>Share of requests.</summary>
        public double Rate { get; }
    }

    /// <summary>The base error rate grows by the factor e in every growth time.</summary>
    public sealed record SlowLeak : Fault
    {
        /// <summary>Makes the fault.</summary>
        /// <param name="growth">Time in which the rate grows by the factor e, above 0; 10 minutes in detection.md.</param>
        public SlowLeak(TimeSpan growth) => Growth = Bounds.Positive(growth, nameof(growth));

        /// <summary>Time in which the rate grows by the factor e.</summary>
        public TimeSpan Growth { get; }
    }

    /// <summary>All requests take longer by a factor.</summary>
    public sealed record LatencyShift : Fault
    {
        /// <summary>Makes the fault.</summary>
        /// <param name="factor">Factor, at least 1.</param>
        public LatencyShift(double factor) => Factor = Bounds.AtLeastOne(factor, nameof(factor));

        /// <summary>Factor, at least 1.</summary>
        public double Factor { get; }
    }

    /// <summary>A share of requests takes longer by a constant time.</summary>
    public sealed record SlowTail : Fault
    {
        /// <summary>Makes the fault.</summary>
        /// <param name="share">Share of requests, 0 to 1.</param>
        /// <param name="extra">Time added, above 0.</param>
        public SlowTail(double share, TimeSpan extra) =>
            (Share, Extra) = (Bounds.Fraction(share, nameof(share)), Bounds.Positive(extra, nameof(extra)));

        /// <summary>Share of requests.</summary>
        public double Share { get; }

        /// <summary>Time added.</summary>
        public TimeSpan Extra { get; }
    }

    /// <summary>A share of requests runs into a time limit and is answered 504.</summary>
    public sealed record Timeouts : Fault
    {
        /// <summary>Makes the fault.</summary>
        /// <param name="share">Share of requests, 0 to 1.</param>
        /// <param name="after">Time limit, above 0; 10 s in detection.md.</param>
        public Timeouts(double share, TimeSpan after) =>
            (Share, After) = (Bounds.Fraction(share, nameof(share)), Bounds.Positive(after, nameof(after)));

        /// <summary>Share of requests.</summary>
        public double Share { get; }

        /// <summary>Time limit.</summary>
        public TimeSpan After { get; }
    }

    /// <summary>A share of requests never arrives: it is neither answered nor counted.</summary>
    public sealed record RequestsVanish : Fault
    {
        /// <summary>Makes the fault.</summary>
        /// <param name="share">Share of requests, 0 to 1.</param>
        public RequestsVanish(double share) => Share = Bounds.Fraction(share, nameof(share));

        /// <summary>Share of requests.</summary>
        public double Share { get; }
    }

    /// <summary>Fewer successful requests end in an order; everything answers 200.</summary>
    public sealed record SuccessDrop : Fault
    {
        /// <summary>Makes the fault.</summary>
        /// <param name="share">Share of orders lost, 0 to 1.</param>
        public SuccessDrop(double share) => Share = Bounds.Fraction(share, nameof(share));

        /// <summary>Share of orders lost.</summary>
        public double Share { get; }
    }

    /// <summary>A dependency is out: a share of requests is answered 503 and the others slow down.</summary>
    public sealed record DependencyOutage : Fault
    {
        /// <summary>Makes the fault.</summary>
        /// <param name="share">Share of requests that fail, 0 to 1.</param>
        /// <param name="latencyFactor">Factor on all latencies, at least 1.</param>
        public DependencyOutage(double share, double latencyFactor) =>
            (Share, LatencyFactor) = (Bounds.Fraction(share, nameof(share)), Bounds.AtLeastOne(latencyFactor, nameof(latencyFactor)));

        /// <summary>Share of requests that fail.</summary>
        public double Share { get; }

        /// <summary>Factor on all latencies.</summary>
        public double LatencyFactor { get; }
    }

    /// <summary>The container ends after a while, again and again.</summary>
    public sealed record CrashLoop : Fault
    {
        /// <summary>Makes the fault.</summary>
        /// <param name="runsFor">How long each run lasts, above 0.</param>
        public CrashLoop(TimeSpan runsFor) => RunsFor = Bounds.Positive(runsFor, nameof(runsFor));

        /// <summary>How long each run lasts.</summary>
        public TimeSpan RunsFor { get; }
    }

    /// <summary>The pod runs but never becomes ready.</summary>
    public sealed record NeverReady : Fault;

    /// <summary>The container leaks memory and is killed, again and again.</summary>
    public sealed record OutOfMemory : Fault
    {
        /// <summary>Makes the fault.</summary>
        /// <param name="after">Run time until the kill, above 0; 15 minutes in detection.md.</param>
        public OutOfMemory(TimeSpan after) => After = Bounds.Positive(after, nameof(after));

        /// <summary>Run time until the kill.</summary>
        public TimeSpan After { get; }
    }

    /// <summary>
    /// Sessions that the service issues or looks up are broken: its own answers look well, and so a share of its callers' requests fails.
    /// </summary>
    public sealed record SessionBreakage : Fault
    {
        /// <summary>Makes the fault.</summary>
        /// <param name="share">Share of calls after which the caller's request fails, 0 to 1.</param>
        public SessionBreakage(double share) => Share = Bounds.Fraction(share, nameof(share));

        /// <summary>Share of calls after which the caller's request fails.</summary>
        public double Share { get; }
    }

    /// <summary>The interface that displays prices fails: a share of its requests is answered 500, and callers show pages without prices, which sell nothing.</summary>
    public sealed record PriceErrors : Fault
    {
        /// <summary>Makes the fault.</summary>
        /// <param name="rate">Share of requests, 0 to 1.</param>
        public PriceErrors(double rate) => Rate = Bounds.Fraction(rate, nameof(rate));

        /// <summary>Share of requests.</summary>
        public double Rate { get; }
    }

    /// <summary>
    /// The revision damages another service, such as a database: while it gets all of its service's requests, that other service answers a share
    /// of all of its own with errors, whoever sends them; while it gets a part, a part of that.
    /// </summary>
    public sealed record Damage : Fault
    {
        /// <summary>Makes the fault.</summary>
        /// <param name="service">Name of the other service.</param>
        /// <param name="rate">Share of the other's requests, 0 to 1.</param>
        public Damage(string service, double rate) => (Service, Rate) = (service, Bounds.Fraction(rate, nameof(rate)));

        /// <summary>Name of the other service.</summary>
        public string Service { get; }

        /// <summary>Share of the other's requests.</summary>
        public double Rate { get; }
    }
}
