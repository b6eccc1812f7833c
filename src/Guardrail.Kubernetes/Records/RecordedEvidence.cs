using Guardrail.Engine.Decisions;
using Guardrail.Engine.Detectors;

namespace Guardrail.Kubernetes.Records;

/// <summary>The evidence of a rollout, all signals together. Evidence is the log of an e-value, in nats.</summary>
public sealed record RecordedEvidence
{
    /// <summary>Evidence against the new revision.</summary>
    public required double Nats { get; init; }

    /// <summary>Evidence at which the revision is rolled back.</summary>
    public required double Threshold { get; init; }

    /// <summary>Both in one text, for tables: <c>3.1 of 6.9</c>.</summary>
    public required string Summary { get; init; }

    /// <summary>Evidence without the one pod of the new revision that speaks most against it; must reach the threshold too.</summary>
    public double? WithoutOnePod { get; init; }

    /// <summary>Evidence of the old revision's pods against themselves; from 3 on, twice the threshold is asked for.</summary>
    public double? Placebo { get; init; }

    /// <summary>Why evidence that would suffice is not acted upon.</summary>
    public Doubt Doubt { get; init; }

    /// <summary>Workload whose trouble came first; null when none did.</summary>
    public string? VetoedBy { get; init; }

    /// <summary>Requests of the new revision until a rollback would be decided, if all goes on as lately; null when nothing points to one.</summary>
    public double? RequestsNeeded { get; init; }

    /// <summary>How it came about (<see cref="RecordedPath"/>); null before the first tick that counts.</summary>
    public string? Path { get; init; }
}

/// <summary>What one signal says of a rollout.</summary>
public sealed record RecordedSignal
{
    /// <summary>Name of the signal.</summary>
    public required string Name { get; init; }

    /// <summary>How it looks at the rollout.</summary>
    public required DetectorKind Kind { get; init; }

    /// <summary>The other workload whose signal it is (impact); null when it is the rollout's own.</summary>
    public string? Workload { get; init; }

    /// <summary>Its evidence, in nats.</summary>
    public required double Nats { get; init; }

    /// <summary>Ticks that counted.</summary>
    public required int Ticks { get; init; }

    /// <summary>What is counted: errors, or requests slower than an edge.</summary>
    public required string Event { get; init; }

    /// <summary>What it found, in words.</summary>
    public string? Finding { get; init; }

    /// <summary>The old revision.</summary>
    public required RecordedArm Control { get; init; }

    /// <summary>The new revision.</summary>
    public required RecordedArm Canary { get; init; }

    /// <summary>Why it tells nothing now; null when it does.</summary>
    public string? Gap { get; init; }
}

/// <summary>Counts of one revision.</summary>
public sealed record RecordedArm
{
    /// <summary>Events counted.</summary>
    public required long Events { get; init; }

    /// <summary>Requests, or what else the events are counted among.</summary>
    public required long Total { get; init; }

    /// <summary>Lower end of the rate's interval, valid at any time with 95 %; null where there is none.</summary>
    public double? RateFrom { get; init; }

    /// <summary>Upper end of the rate's interval; null where there is none.</summary>
    public double? RateTo { get; init; }
}
