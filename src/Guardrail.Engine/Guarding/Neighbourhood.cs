using Guardrail.Engine.Detectors;
using Guardrail.Engine.Evidence;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Guarding;

/// <summary>What the guarded workloads of a fleet may know of one another.</summary>
internal sealed class Neighbourhood(Dictionary<WorkloadId, GuardedWorkload> workloads) : IPeers
{
    /// <summary>Share of its forecast below which a workload has lost its requests.</summary>
    private const double FallenShare = 0.6;

    /// <summary>Ticks by which the beginnings of two troubles may be off: missed scrapes make one look younger.</summary>
    private const double Blur = 2;

    /// <summary>By how much, in nats, a rollout must be the likeliest cause before it is taken for the cause.</summary>
    private const double ClearlyLikelier = 0.5;

    /// <summary>Most that a rollout's own evidence counts for in that, in nats.</summary>
    private const double MostOwnEvidence = 20;

    /// <summary>Tells a finished tick to those workloads whose policy expects their rollouts to show in it.</summary>
    public void Spread(SignalTick tick)
    {
        foreach (var workload in workloads.Values)
        {
            // Most policies watch no other workload, and everybody is asked about every tick of everybody.
            if (workload.Policy.Impact.Count > 0 && workload.View.Id != tick.Workload && Watches(workload.Policy, tick.Workload, tick.Track!.Signal.Id))
            {
                workload.ObserveElsewhere(in tick);
            }
        }
    }

    public SignalTrack? TrackOf(ImpactTarget target)
    {
        if (workloads.TryGetValue(target.Workload, out var workload))
        {
            foreach (var track in workload.Tracks)
            {
                if (track.Signal.Id == target.Signal)
                {
                    return track;
                }
            }
        }

        return null;
    }

    public WorkloadId? TroubleBefore(DateTimeOffset began, WorkloadId own, GuardPolicy policy, ImpactTarget? target)
    {
        foreach (var (id, workload) in workloads)
        {
            if (id == own || id == target?.Workload || Watches(policy, id, null) || (target is { } broken && IsSuspect(workload, broken)))
            {
                continue;
            }

            foreach (var track in workload.Tracks)
            {
                if (track.Overall.IsOn && track.Overall.Since <= began + (Blur * policy.Tick))
                {
                    return id;
                }
            }
        }

        return null;
    }

    public bool KnowVolumeBeside(WorkloadId own)
    {
        foreach (var (id, workload) in workloads)
        {
            if (id != own && workload is { RequestsPerSecond: not null, Traffic.Usual: > 0 })
            {
                return true;
            }
        }

        return false;
    }

    public WorkloadId? VolumeFellElsewhere(WorkloadId own)
    {
        var (known, fallen) = (0, 0);
        WorkloadId? example = null;
        foreach (var (id, workload) in workloads)
        {
            if (id != own && workload is { RequestsPerSecond: { } now, Traffic.Usual: { } usual } && usual > 0)
            {
                known++;
                if (now < usual * FallenShare)
                {
                    fallen++;
                    example ??= id;
                }
            }
        }

        return fallen * 2 >= known ? example : null;
    }

    public WorkloadId? OtherCauseThan(WorkloadId own, ImpactTarget target)
    {
        var onset = TrackOf(target)?.Disturbance.Onset;
        WorkloadId? likeliest = null;
        var most = Suspicion(workloads[own], onset) - ClearlyLikelier;
        foreach (var (id, workload) in workloads)
        {
            if (id != own && IsSuspect(workload, target) && Suspicion(workload, onset) is var suspicion && suspicion > most)
            {
                (likeliest, most) = (id, suspicion);
            }
        }

        return likeliest;
    }

    private bool IsSuspect(GuardedWorkload workload, ImpactTarget target) =>
        Watches(workload.Policy, target.Workload, target.Signal) && SuspectRollout(workload, TrackOf(target)?.Disturbance.Onset) is not null;

    /// <summary>A workload's rollout, if it is under way or ended only after the trouble began; else null.</summary>
    private static Rollout? SuspectRollout(GuardedWorkload workload, Onset? onset) => workload.Rollout switch
    {
        { IsOver: false, Evidence: not null } watched => watched,
        { Phase: RolloutPhase.Ended { At: var ended }, Evidence: not null } over when ended >= onset?.From => over,
        _ => null,
    };

    private static bool Watches(GuardPolicy policy, WorkloadId workload, SignalId? signal)
    {
        var targets = policy.Impact;
        for (var i = 0; i < targets.Count; i++)
        {
            if (targets[i].Workload == workload && (signal is null || targets[i].Signal == signal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>How much speaks for a workload's rollout as a cause, in nats: its own evidence, and how well the onset fits its beginning.</summary>
    private static double Suspicion(GuardedWorkload workload, Onset? onset)
    {
        if (SuspectRollout(workload, onset) is not { Evidence: { } evidence } rollout)
        {
            return double.NegativeInfinity;
        }

        var own = Math.Clamp(evidence.LogEvidenceOfItsOwn, 0, MostOwnEvidence);
        return own + (onset?.FitOf(rollout.ServingSince) ?? 0);
    }
}
