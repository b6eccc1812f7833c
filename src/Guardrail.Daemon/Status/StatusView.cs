using System.Collections.Immutable;
using Guardrail.Daemon.Health;
using Guardrail.Daemon.Leading;
using Guardrail.Kubernetes.Policies;

namespace Guardrail.Daemon.Status;

/// <summary>All that the page shows.</summary>
/// <param name="Now">When.</param>
/// <param name="Facts">What stays as it is while the daemon runs.</param>
/// <param name="Leadership">Whether this replica guards.</param>
/// <param name="Parts">Parts that count now, with what is wrong with them.</param>
/// <param name="Fleet">The fleet; null on a replica that stands by, and before the first look.</param>
/// <param name="Decisions">The newest decisions, the newest first.</param>
/// <param name="Signals">How reading each signal went.</param>
internal sealed record StatusView(
    DateTimeOffset Now,
    StatusFacts Facts,
    LeadershipState Leadership,
    ImmutableArray<ReadinessPart> Parts,
    FleetPicture? Fleet,
    ImmutableArray<ToldDecision> Decisions,
    ImmutableArray<SignalReading> Signals)
{
    /// <summary>How old the picture may be before the page says that the loop does not answer: 15 s.</summary>
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(15);

    /// <summary>Only what concerns this namespace is shown; null for everything.</summary>
    public string? Namespace { get; init; }

    /// <summary>Policies of the cluster whose newest version cannot be used, by namespace and name.</summary>
    public ImmutableArray<PolicyStanding> Unusable { get; init; } = [];

    /// <summary>Whether the page stays as it is instead of loading anew.</summary>
    public bool IsStill { get; init; }

    /// <summary>Age of the picture, where it is too old to be taken for now; null where it is not.</summary>
    public TimeSpan? StaleFor => Fleet is { } fleet && Now - fleet.At > Stale ? Now - fleet.At : null;
}

/// <summary>What stays as it is while the daemon runs.</summary>
/// <param name="Version">Guardrail's version.</param>
/// <param name="Cluster">The cluster, and its version.</param>
/// <param name="Source">The metric source.</param>
/// <param name="StartedAt">When the daemon started.</param>
/// <param name="KeepsRecords">Whether rollouts are recorded.</param>
/// <param name="Unrecorded">Why they are not; null when they are, or are not meant to be.</param>
internal sealed record StatusFacts(string Version, string Cluster, string Source, DateTimeOffset StartedAt, bool KeepsRecords, string? Unrecorded);
