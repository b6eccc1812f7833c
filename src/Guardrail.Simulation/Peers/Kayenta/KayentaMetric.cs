namespace Guardrail.Simulation.Peers.Kayenta;

/// <summary>How one metric was classified.</summary>
public enum MetricLabel
{
    /// <summary>No relevant difference.</summary>
    Pass,

    /// <summary>The canary is higher.</summary>
    High,

    /// <summary>The canary is lower.</summary>
    Low,

    /// <summary>No data in one arm; counts neither way.</summary>
    Nodata,

    /// <summary>No data in one arm of a metric that must have some; counts as a failure.</summary>
    NodataFailMetric,

    /// <summary>The classification failed; counts neither way.</summary>
    Error,
}

/// <summary>Which difference matters.</summary>
public enum MetricDirection
{
    /// <summary>Higher is worse.</summary>
    Increase,

    /// <summary>Lower is worse.</summary>
    Decrease,

    /// <summary>Any difference is worse.</summary>
    Either,
}

/// <summary>The settings of one metric in a canary configuration (analysisConfigurations.canary).</summary>
public sealed record KayentaMetric
{
    /// <summary>Group whose score it goes into.</summary>
    public string Group { get; init; } = "all";

    /// <summary><c>direction</c>. Default either.</summary>
    public MetricDirection Direction { get; init; } = MetricDirection.Either;

    /// <summary><c>nanStrategy</c>: whether a NaN becomes 0 instead of being removed. Default false.</summary>
    public bool ReplaceNaN { get; init; }

    /// <summary><c>outliers.strategy</c>: whether outliers are removed. Default false (keep).</summary>
    public bool RemoveOutliers { get; init; }

    /// <summary><c>outliers.outlierFactor</c>, above 0. Default 3.</summary>
    public double OutlierFactor { get; init; } = 3;

    /// <summary><c>critical</c>: whether anything but Pass makes the whole score 0. Default false.</summary>
    public bool Critical { get; init; }

    /// <summary><c>mustHaveData</c>. Default false.</summary>
    public bool MustHaveData { get; init; }

    /// <summary><c>effectSize.measure</c> is <c>cles</c> instead of <c>meanRatio</c>. Default false.</summary>
    public bool CommonLanguageEffect { get; init; }

    /// <summary><c>effectSize.allowedIncrease</c>. Default 1 for meanRatio, 0.5 for cles.</summary>
    public double? AllowedIncrease { get; init; }

    /// <summary><c>effectSize.allowedDecrease</c>. Default 1 for meanRatio, 0.5 for cles.</summary>
    public double? AllowedDecrease { get; init; }

    /// <summary><c>effectSize.criticalIncrease</c>. Default 1 for meanRatio, 0.5 for cles.</summary>
    public double? CriticalIncrease { get; init; }

    /// <summary><c>effectSize.criticalDecrease</c>. Default 1 for meanRatio, 0.5 for cles.</summary>
    public double? CriticalDecrease { get; init; }

    internal double Neutral => CommonLanguageEffect ? 0.5 : 1;
}
