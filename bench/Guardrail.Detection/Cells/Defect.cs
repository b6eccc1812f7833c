namespace Guardrail.Detection.Cells;

/// <summary>What is wrong with a new revision. Closed.</summary>
public abstract record Defect
{
    private Defect()
    {
    }

    /// <summary>Nothing.</summary>
    public sealed record None : Defect
    {
        /// <summary>The only one.</summary>
        public static None Instance { get; } = new();
    }

    /// <summary>Its requests fail with this share from the onset on.</summary>
    /// <param name="Rate">Share of requests, 0 to 1.</param>
    public sealed record ErrorRate(double Rate) : Defect;

    /// <summary>The requests of one route fail with this share.</summary>
    /// <param name="Route">Number of the route.</param>
    /// <param name="Rate">Share of its requests, 0 to 1.</param>
    public sealed record RouteErrors(int Route, double Rate) : Defect;

    /// <summary>Its requests succeed, but fewer of them lead to the good event.</summary>
    /// <param name="Share">Share of the good events that is lost, 0 to 1.</param>
    public sealed record FewerGoodEvents(double Share) : Defect;

    /// <summary>Its error rate grows from the onset on, by e in every fold.</summary>
    /// <param name="Fold">Time in which the rate grows by e.</param>
    public sealed record SlowLeak(TimeSpan Fold) : Defect;

    /// <summary>A share of its requests takes longer.</summary>
    /// <param name="Share">Share of requests, 0 to 1.</param>
    /// <param name="Seconds">By how much.</param>
    public sealed record SlowRequests(double Share, double Seconds) : Defect;

    /// <summary>All its requests take longer by a factor.</summary>
    /// <param name="Factor">Factor, above 0.</param>
    public sealed record SlowerBy(double Factor) : Defect;

    /// <summary>A share of its pods fails requests; the others are well.</summary>
    /// <param name="Pods">Pods that are bad.</param>
    /// <param name="Rate">Share of their requests that fails.</param>
    public sealed record BadPods(int Pods, double Rate) : Defect;

    /// <summary>Its pods crash soon after they start, again and again, and serve almost nothing.</summary>
    /// <param name="LifeSeconds">Seconds from start to crash.</param>
    public sealed record CrashLoop(double LifeSeconds) : Defect;

    /// <summary>Its pods run out of memory together some time after the onset, then every so often, losing what they were serving.</summary>
    /// <param name="Every">Time to the first, and between.</param>
    public sealed record OutOfMemory(TimeSpan Every) : Defect;

    /// <summary>A share of requests no longer arrives at it, and is nowhere counted.</summary>
    /// <param name="Share">Share that vanishes, 0 to 1.</param>
    public sealed record RequestsVanish(double Share) : Defect;

    /// <summary>It damages something shared: the requests of both revisions fail with this share.</summary>
    /// <param name="Rate">Share of requests, 0 to 1.</param>
    public sealed record SharedDamage(double Rate) : Defect;
}
