using System.Collections.Immutable;
using Guardrail.Engine.Evidence;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Detectors;

/// <summary>State of a detector, for snapshots.</summary>
public sealed record DetectorState
{
    /// <summary>How it looks at the rollout.</summary>
    public required DetectorKind Kind { get; init; }

    /// <summary>The signal.</summary>
    public required SignalId Signal { get; init; }

    /// <summary>The workload whose signal it is; null when it is the rollout's own.</summary>
    public WorkloadId? Of { get; init; }

    /// <summary>What its tests were told.</summary>
    public required SignalParameters Parameters { get; init; }

    /// <summary>Ticks that counted.</summary>
    public required int Ticks { get; init; }

    /// <summary>What was counted.</summary>
    public required ArmTotalsState Totals { get; init; }

    /// <summary>The tests' numbers, one row per test.</summary>
    public required ImmutableArray<ImmutableArray<double>> Tests { get; init; }

    /// <summary>Pods of the new revision in the order of their numbers.</summary>
    public ImmutableArray<PodId> Pods { get; init; } = [];

    /// <summary>Whose trouble vetoes its evidence; null when nobody's does.</summary>
    public WorkloadId? VetoedBy { get; init; }

    /// <summary>Until when the veto lasts unless it is renewed; null when there is none.</summary>
    public DateTimeOffset? VetoUntil { get; init; }

    /// <summary>Since when its evidence has been worth a hold; null when it is not.</summary>
    public DateTimeOffset? SuspiciousSince { get; init; }

    /// <summary>Whether that has been so long enough to count.</summary>
    public bool IsRipe { get; init; }
}
