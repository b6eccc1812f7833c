using System.Collections.Immutable;

namespace Guardrail.Detection.Cells;

/// <summary>Something that happens during a rollout and is not the new revision's doing. Closed.</summary>
public abstract record Disturbance
{
    private Disturbance()
    {
    }

    /// <summary>Time since the start of the rollout.</summary>
    public required TimeSpan Start { get; init; }

    /// <summary>How long it lasts.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>More or fewer requests.</summary>
    /// <param name="Factor">Factor on the rate.</param>
    public sealed record Surge(double Factor) : Disturbance;

    /// <summary>A dependency is out: requests of every pod fail with this share.</summary>
    /// <param name="Rate">Share of requests, 0 to 1.</param>
    public sealed record Outage(double Rate) : Disturbance;

    /// <summary>The mix of routes shifts, or another service's rollout shows: errors and latency of every pod change by factors.</summary>
    /// <param name="Errors">Factor on the error rate.</param>
    /// <param name="Latency">Factor on the latency.</param>
    public sealed record Shift(double Errors, double Latency) : Disturbance;

    /// <summary>Requests of every pod lead to more or fewer good events.</summary>
    /// <param name="Factor">Factor on the share that does.</param>
    public sealed record Conversion(double Factor) : Disturbance;

    /// <summary>The new revision gets another mix of routes than the old one, as when clients stick to what they were first sent to.</summary>
    /// <param name="Shares">Its share of each route, adding up to 1.</param>
    public sealed record OtherMix(ImmutableArray<double> Shares) : Disturbance;

    /// <summary>A node fails that carries one pod of the new revision.</summary>
    /// <param name="Rate">Share of that pod's requests that fails.</param>
    public sealed record NodeFailure(double Rate) : Disturbance;

    /// <summary>A node becomes slow that carries one pod of the new revision.</summary>
    /// <param name="Factor">Factor on that pod's latency.</param>
    public sealed record SlowNode(double Factor) : Disturbance;

    /// <summary>No pod can be read.</summary>
    public sealed record ScrapeGap : Disturbance;
}
