namespace Guardrail.Simulation.Scenarios;

/// <summary>
/// Something that happens to a service, the cluster or the metrics, whatever revision serves. Closed. Faults of the traffic that hit every revision
/// of a service alike (an outage of what it needs, more errors) are <see cref="ServiceFault"/>s.
/// </summary>
public abstract record ScenarioEvent
{
    private ScenarioEvent()
    {
    }

    /// <summary>When it begins.</summary>
    public required TimeSpan At { get; init; }

    /// <summary>How long it lasts; null for good, or for what happens in a moment.</summary>
    public TimeSpan? For { get; init; }

    /// <summary>The service; null for all.</summary>
    public string? Service { get; init; }

    /// <summary>For people: what happens, in a few words, such as <c>metrics lost</c>.</summary>
    public abstract string Words { get; }

    /// <summary>Whether it goes on at a time.</summary>
    public bool IsOn(TimeSpan at) => at >= At && (For is not { } length || at < At + length);

    /// <summary>A fault in the traffic of every revision; it is in <see cref="ScenarioService.Profile"/> and stands here for people.</summary>
    /// <param name="Fault">The fault.</param>
    public sealed record ServiceFault(Traffic.Faults.Fault Fault) : ScenarioEvent
    {
        /// <inheritdoc/>
        public override string Words => FaultWords.Of(Fault);
    }

    /// <summary>A ConfigMap is changed in place: every pod that starts from then on, of whatever revision, answers a share of requests with errors.</summary>
    /// <param name="ErrorRate">Share of requests.</param>
    public sealed record ConfigCorrupted(double ErrorRate) : ScenarioEvent
    {
        /// <inheritdoc/>
        public override string Words => "config changed in place";
    }

    /// <summary>The Deployment is deleted, and made anew after a while, with the same template or another.</summary>
    /// <param name="After">How long it is away.</param>
    /// <param name="Revision">Revision that it comes back with; null for the one it had.</param>
    public sealed record Recreated(TimeSpan After, string? Revision) : ScenarioEvent
    {
        /// <inheritdoc/>
        public override string Words => "deleted and recreated";
    }

    /// <summary>The Deployment is scaled to 0 pods, and back at the end.</summary>
    public sealed record ScaledToZero : ScenarioEvent
    {
        /// <inheritdoc/>
        public override string Words => "scaled to zero";
    }

    /// <summary>The metrics system tells nothing, of one service or of all.</summary>
    public sealed record MetricsLost : ScenarioEvent
    {
        /// <inheritdoc/>
        public override string Words => "metrics lost";
    }

    /// <summary>A share of scrapes fails.</summary>
    /// <param name="Share">Share of scrapes, 0 to 1.</param>
    public sealed record ScrapeGaps(double Share) : ScenarioEvent
    {
        /// <inheritdoc/>
        public override string Words => "scrapes fail";
    }

    /// <summary>The counters of all pods start anew at 0 without a restart.</summary>
    public sealed record CounterReset : ScenarioEvent
    {
        /// <inheritdoc/>
        public override string Words => "counters reset";
    }

    /// <summary>Another controller writes the revision of its repository, which is the one rolled out last, back whenever it finds another.</summary>
    /// <param name="After">How long after the Deployment was changed.</param>
    /// <param name="Manager">Its field manager, such as <c>argocd-controller</c>.</param>
    public sealed record GitOpsFight(TimeSpan After, string Manager) : ScenarioEvent
    {
        /// <inheritdoc/>
        public override string Words => "GitOps writes its revision back";
    }
}
