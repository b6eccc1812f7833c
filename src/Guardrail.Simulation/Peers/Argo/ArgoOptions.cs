namespace Guardrail.Simulation.Peers.Argo;

/// <summary>A metric of an Argo Rollouts AnalysisTemplate.</summary>
public sealed record ArgoOptions
{
    /// <summary>Name for people.</summary>
    public required string Name { get; init; }

    /// <summary><c>interval</c>: seconds between measurements.</summary>
    public required double Interval { get; init; }

    /// <summary>Seconds of the query's range selector.</summary>
    public required double Window { get; init; }

    /// <summary>Whether the query uses <c>irate</c>, which looks at the last two samples of the window only.</summary>
    public bool LastTwoSamples { get; init; }

    /// <summary><c>successCondition: result[0] &gt;= x</c>, a share of requests; NaN leaves the condition out.</summary>
    public double SuccessAtLeast { get; init; } = double.NaN;

    /// <summary><c>failureCondition: result[0] &lt; x</c>, a share of requests; NaN leaves the condition out.</summary>
    public double FailureBelow { get; init; } = double.NaN;

    /// <summary><c>failureLimit</c>: failures that are tolerated, ever. Default 0; below 0 means no limit.</summary>
    public int FailureLimit { get; init; }

    /// <summary><c>inconclusiveLimit</c>: inconclusive measurements that are tolerated, ever. Default 0.</summary>
    public int InconclusiveLimit { get; init; }

    /// <summary><c>consecutiveErrorLimit</c>: errors in a row that are tolerated. Default 4.</summary>
    public int ConsecutiveErrorLimit { get; init; } = 4;

    /// <summary><c>initialDelay</c>: seconds before the first measurement. Default 0.</summary>
    public double InitialDelay { get; init; }

    /// <summary>The example of Argo Rollouts' documentation (docs/features/analysis.md): 5 m, irate, at least 0.95, failureLimit 3.</summary>
    public static ArgoOptions Documented { get; } =
        new() { Name = "Argo Rollouts, documented example", Interval = 300, Window = 300, LastTwoSamples = true, SuccessAtLeast = 0.95, FailureLimit = 3 };

    /// <summary>A strict rule: every minute, at least 0.99, no failure tolerated.</summary>
    public static ArgoOptions Strict { get; } = new() { Name = "Argo Rollouts, strict", Interval = 60, Window = 60, SuccessAtLeast = 0.99, InitialDelay = 60 };

    /// <summary>The strict rule as it is set where single bad minutes are ordinary: the third failed minute takes the release back.</summary>
    public static ArgoOptions Patient { get; } = Strict with { Name = "Argo Rollouts, strict, failureLimit 2", FailureLimit = 2 };

    /// <summary>The shortest sensible cadence: every 10 s over the last 30 s, the third failure takes the release back.</summary>
    public static ArgoOptions Fast { get; } = new()
    {
        Name = "Argo Rollouts, every 10 s over 30 s, failureLimit 2",
        Interval = 10,
        Window = 30,
        SuccessAtLeast = 0.99,
        FailureLimit = 2,
        InitialDelay = 30,
    };

    /// <summary>The same without patience: the first failure takes the release back.</summary>
    public static ArgoOptions Fastest { get; } = Fast with { Name = "Argo Rollouts, every 10 s over 30 s", FailureLimit = 0 };

    /// <summary>Every 30 s over the last minute, the third failure takes the release back.</summary>
    public static ArgoOptions HalfMinute { get; } =
        Fast with { Name = "Argo Rollouts, every 30 s over 60 s, failureLimit 2", Interval = 30, Window = 60, InitialDelay = 60 };
}
