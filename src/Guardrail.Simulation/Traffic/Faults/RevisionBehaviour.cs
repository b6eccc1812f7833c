using System.Collections.Immutable;

namespace Guardrail.Simulation.Traffic.Faults;

/// <summary>How a revision behaves: what is wrong with it, if anything.</summary>
public sealed record RevisionBehaviour
{
    /// <summary>Nothing is wrong.</summary>
    public static RevisionBehaviour Healthy { get; } = new();

    /// <summary>The faults; several may act together. Default: none.</summary>
    public ImmutableArray<ScheduledFault> Faults { get; init; } = [];

    /// <summary>A behaviour with faults that act from the start on everything.</summary>
    /// <param name="faults">The faults.</param>
    public static RevisionBehaviour Of(params ReadOnlySpan<Fault> faults)
    {
        var scheduled = ImmutableArray.CreateBuilder<ScheduledFault>(faults.Length);
        foreach (var fault in faults)
        {
            scheduled.Add(new ScheduledFault(fault));
        }

        return new RevisionBehaviour { Faults = scheduled.ToImmutable() };
    }

    /// <summary>Whether pods ever become ready.</summary>
    /// <param name="ordinal">Number of the pod within its revision, from 0.</param>
    /// <param name="sinceOrigin">Time since the revision's first pod.</param>
    public bool BecomesReady(int ordinal, TimeSpan sinceOrigin)
    {
        foreach (var scheduled in Faults)
        {
            if (scheduled.Fault is Fault.NeverReady && scheduled.Scope.HitsPod(ordinal) && scheduled.Acts(sinceOrigin, out _))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>When and why a container that starts now will end by itself; null when it will not.</summary>
    /// <param name="ordinal">Number of the pod within its revision, from 0.</param>
    /// <param name="sinceOrigin">Time since the revision's first pod at which the container starts.</param>
    public ContainerEnd? EndOfRun(int ordinal, TimeSpan sinceOrigin)
    {
        ContainerEnd? first = null;
        foreach (var scheduled in Faults)
        {
            var (lasts, outOfMemory) = scheduled.Fault switch
            {
                Fault.CrashLoop crash => (crash.RunsFor, false),
                Fault.OutOfMemory kill => (kill.After, true),
                _ => (TimeSpan.MaxValue, false),
            };
            if (lasts == TimeSpan.MaxValue || !scheduled.Scope.HitsPod(ordinal)
                || (scheduled.Duration is { } duration && sinceOrigin >= scheduled.Onset + duration))
            {
                continue;
            }

            var wait = scheduled.Onset > sinceOrigin ? scheduled.Onset - sinceOrigin : TimeSpan.Zero;
            if (first is null || wait + lasts < first.After)
            {
                first = new ContainerEnd(wait + lasts, outOfMemory);
            }
        }

        return first;
    }
}

/// <summary>How a container's run ends by itself.</summary>
/// <param name="After">Run time until then.</param>
/// <param name="OutOfMemory">Whether the kernel kills it for its memory; else the process ends with exit code 1.</param>
public sealed record ContainerEnd(TimeSpan After, bool OutOfMemory);
